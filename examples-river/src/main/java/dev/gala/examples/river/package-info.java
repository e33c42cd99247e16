/** What the documentation shows of the engine alone, as programs. */
@NullMarked
package dev.gala.examples.river;

import org.jspecify.annotations.NullMarked;
