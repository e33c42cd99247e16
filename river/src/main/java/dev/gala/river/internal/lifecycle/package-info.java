/** Starting, stopping, threads and waiting: what every service stands on. */
@NullMarked
package dev.gala.river.internal.lifecycle;

import org.jspecify.annotations.NullMarked;
