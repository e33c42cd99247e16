/** Housekeeping: making due jobs available. */
@NullMarked
package dev.gala.river.internal.maintain;

import org.jspecify.annotations.NullMarked;
