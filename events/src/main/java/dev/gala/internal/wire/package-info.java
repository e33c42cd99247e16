/** The envelope's bytes. */
@NullMarked
package dev.gala.internal.wire;

import org.jspecify.annotations.NullMarked;
