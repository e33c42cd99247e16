/** The laws of the house, as tests. */
@NullMarked
package dev.gala.architecture;

import org.jspecify.annotations.NullMarked;
