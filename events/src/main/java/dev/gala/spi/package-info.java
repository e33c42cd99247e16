/** What may be put underneath the event layer: other transports, encodings and context values. */
@NullMarked
package dev.gala.spi;

import org.jspecify.annotations.NullMarked;
