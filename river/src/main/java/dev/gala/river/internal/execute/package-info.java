/** Running one attempt and finding out what became of it. */
@NullMarked
package dev.gala.river.internal.execute;

import org.jspecify.annotations.NullMarked;
