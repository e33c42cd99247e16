/** Telling the application what happened. */
@NullMarked
package dev.gala.river.internal.subscribe;

import org.jspecify.annotations.NullMarked;
