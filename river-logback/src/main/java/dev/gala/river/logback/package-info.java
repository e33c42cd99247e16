/** What a Logback configuration names to keep attempts' lines with their jobs. */
@NullMarked
package dev.gala.river.logback;

import org.jspecify.annotations.NullMarked;
