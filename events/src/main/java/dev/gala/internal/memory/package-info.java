/** Events that are not stored: straight to the listeners of this process. */
@NullMarked
package dev.gala.internal.memory;

import org.jspecify.annotations.NullMarked;
