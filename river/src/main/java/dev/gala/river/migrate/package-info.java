/** Bringing a database's tables up to date, and keeping them by a profile. */
@NullMarked
package dev.gala.river.migrate;

import org.jspecify.annotations.NullMarked;
