/** A bounded pool for tasks in memory. */
@NullMarked
package dev.gala.pool;

import org.jspecify.annotations.NullMarked;
