/** Contestants that are used as an application would: clients that emit and work events. */
@NullMarked
package dev.gala.bench.product;

import org.jspecify.annotations.NullMarked;
