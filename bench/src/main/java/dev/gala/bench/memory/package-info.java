/** Events that stay in the process. */
@NullMarked
package dev.gala.bench.memory;

import org.jspecify.annotations.NullMarked;
