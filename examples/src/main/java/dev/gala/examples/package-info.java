/** What the documentation shows, as programs. */
@NullMarked
package dev.gala.examples;

import org.jspecify.annotations.NullMarked;
