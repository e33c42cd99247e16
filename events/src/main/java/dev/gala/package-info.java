/**
 * Typed, durable events: {@link dev.gala.Gala} is the runtime; the words it speaks are in {@link
 * dev.gala.event}. The outermost ring: nothing inside imports it.
 *
 * <p>An event is handled at least once by each of its listeners. No order is promised between
 * events.
 */
@NullMarked
package dev.gala;

import org.jspecify.annotations.NullMarked;
