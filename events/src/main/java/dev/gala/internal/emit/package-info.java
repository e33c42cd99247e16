/** Emitting: from a payload to an envelope that is on its way. */
@NullMarked
package dev.gala.internal.emit;

import org.jspecify.annotations.NullMarked;
