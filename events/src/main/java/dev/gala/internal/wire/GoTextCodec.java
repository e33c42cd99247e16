package dev.gala.internal.wire;

import dev.gala.event.Codec;

/**
 * A codec of our own that writes text in Go's form: nobody need look at it again, or make bytes of
 * it first. Of any other codec's bytes nothing is known.
 *
 * @param <T> the payload's type
 */
public interface GoTextCodec<T> extends Codec<T> {
  /**
   * What {@link #encode} writes, as text.
   *
   * @throws Exception as {@link #encode} does
   */
  String encodeText(T payload) throws Exception;
}
