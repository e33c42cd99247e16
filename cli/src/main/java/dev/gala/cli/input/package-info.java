/** What the user typed, what is wrong with it, and that it is to end. */
@NullMarked
package dev.gala.cli.input;

import org.jspecify.annotations.NullMarked;
