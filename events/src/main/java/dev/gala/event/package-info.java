/**
 * The words of the event layer: what applications import and what every other package speaks.
 *
 * <p>A {@link dev.gala.event.Topic} names a stream of events of one Java type. An {@link
 * dev.gala.event.Emitter} wraps a payload in an {@link dev.gala.event.Envelope} and stores it;
 * later every {@link dev.gala.event.Handler} of the topic gets it, in an {@link
 * dev.gala.event.EventContext} restored from the emitter's. This package depends on nothing but the
 * engine's words: no JSON library, no database, no threads.
 */
@NullMarked
package dev.gala.event;

import org.jspecify.annotations.NullMarked;
