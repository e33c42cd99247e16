/**
 * What the engine asks of a driver, as tests. A driver's own tests extend each class and say how a
 * database is had; the tests speak only the seam.
 */
@NullMarked
package dev.gala.river.driver.conformance;

import org.jspecify.annotations.NullMarked;
