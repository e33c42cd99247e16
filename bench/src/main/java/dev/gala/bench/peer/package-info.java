/** The products: Gala and what it is measured against. */
@NullMarked
package dev.gala.bench.peer;

import org.jspecify.annotations.NullMarked;
