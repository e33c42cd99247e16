/** Inserting jobs: defaults, checks, and the notification that goes with them. */
@NullMarked
package dev.gala.river.internal.insert;

import org.jspecify.annotations.NullMarked;
