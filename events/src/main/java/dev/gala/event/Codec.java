package dev.gala.event;

/**
 * Writes and reads the payloads of a topic. Safe for use by many threads.
 *
 * @param <T> the payload's type
 */
public interface Codec<T> {
  /**
   * The payload as bytes: UTF-8 JSON, unless {@link #binary()}.
   *
   * @throws Exception if it cannot be written; the emit fails with {@link
   *     GalaError#PAYLOAD_ENCODE_FAILED}
   */
  byte[] encode(T payload) throws Exception;

  /**
   * The payload that {@code bytes} hold: what {@link #encode} wrote, or a program in another
   * language. JSON may come back with other white space.
   *
   * @throws Exception if it cannot be read; the attempt fails with {@link
   *     GalaError#PAYLOAD_DECODE_FAILED}
   */
  T decode(byte[] bytes) throws Exception;

  /**
   * Whether the bytes are not JSON: they are then carried as a JSON string in base64. The Go
   * package cannot read such a payload as anything but that string.
   */
  default boolean binary() {
    return false;
  }
}
