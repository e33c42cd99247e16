/** What the user typed, and what is wrong with it. */
@NullMarked
package dev.gala.cli.input;

import org.jspecify.annotations.NullMarked;
