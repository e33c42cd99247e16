/** What applications may put around inserting and working. */
@NullMarked
package dev.gala.river.spi;

import org.jspecify.annotations.NullMarked;
