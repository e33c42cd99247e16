/** Which topics there are, how their payloads are written, and who listens. */
@NullMarked
package dev.gala.internal.registry;

import org.jspecify.annotations.NullMarked;
