/** Writing outcomes, many in one statement. */
@NullMarked
package dev.gala.river.internal.complete;

import org.jspecify.annotations.NullMarked;
