/** Where the event layer's threads come from. */
@NullMarked
package dev.gala.internal.threads;

import org.jspecify.annotations.NullMarked;
