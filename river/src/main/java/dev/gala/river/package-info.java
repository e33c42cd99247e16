/**
 * The engine's face: {@link dev.gala.river.RiverClient} inserts and works jobs, {@link
 * dev.gala.river.RiverDatabase} is where they are. The outermost ring: nothing inside imports it.
 */
@NullMarked
package dev.gala.river;

import org.jspecify.annotations.NullMarked;
