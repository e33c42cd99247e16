/** What is behind jobs and queues as they are looked at and changed by hand: rules and cursors. */
@NullMarked
package dev.gala.river.internal.control;

import org.jspecify.annotations.NullMarked;
