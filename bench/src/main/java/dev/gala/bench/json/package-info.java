/** Everything that knows Jackson. */
@NullMarked
package dev.gala.bench.json;

import org.jspecify.annotations.NullMarked;
