/**
 * The database seam, in domain words: what the engine asks of a database. Exported for whoever
 * writes a driver; it may change with any release.
 */
@NullMarked
package dev.gala.river.driver;

import org.jspecify.annotations.NullMarked;
