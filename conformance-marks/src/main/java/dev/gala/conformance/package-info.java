/** Marks that tie tests to the points of River's protocol. */
@NullMarked
package dev.gala.conformance;

import org.jspecify.annotations.NullMarked;
