/** The {@code gala} command. */
@NullMarked
package dev.gala.cli;

import org.jspecify.annotations.NullMarked;
