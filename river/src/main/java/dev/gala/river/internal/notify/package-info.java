/** Listening for notifications. */
@NullMarked
package dev.gala.river.internal.notify;

import org.jspecify.annotations.NullMarked;
