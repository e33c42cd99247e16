/** The limit: hand-written statements on River's tables, without a library around them. */
@NullMarked
package dev.gala.bench.limit;

import org.jspecify.annotations.NullMarked;
