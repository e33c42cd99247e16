/** Contestants written in Go, as programs of their own. */
@NullMarked
package dev.gala.bench.go;

import org.jspecify.annotations.NullMarked;
