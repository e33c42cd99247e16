/** {@code gala migrate}, and {@code gala river}, the same as River's own command has it. */
@NullMarked
package dev.gala.cli.migrate;

import org.jspecify.annotations.NullMarked;
