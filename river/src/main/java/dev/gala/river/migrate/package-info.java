/** Bringing a database's tables up to date. */
@NullMarked
package dev.gala.river.migrate;

import org.jspecify.annotations.NullMarked;
