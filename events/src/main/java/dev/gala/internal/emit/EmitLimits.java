package dev.gala.internal.emit;

import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How large events may be: what is stored and carried to every listener should be a message, not a
 * file.
 *
 * @param payload the most bytes of a payload, as JSON in UTF-8
 * @param headers the most bytes of the texts of the headers in all, in UTF-8
 */
public record EmitLimits(int payload, int headers) {
  /**
   * Lets an event pass, or not.
   *
   * @throws GalaException with {@link GalaError#PAYLOAD_ENCODE_FAILED} or, for the headers, {@link
   *     GalaError#DISPATCH_FAILED}; nothing is stored then
   */
  void check(String topic, Headers given, String json) {
    // No character takes more than three bytes: most texts need not be counted.
    if (json.length() > payload / 3) {
      refuse(GalaError.PAYLOAD_ENCODE_FAILED, topic, "payload", bytes(json), payload);
    }
    long size = size(given);
    if (size > headers) {
      refuse(GalaError.DISPATCH_FAILED, topic, "headers", size, headers);
    }
  }

  private static void refuse(GalaError code, String topic, String what, long size, int limit) {
    if (size <= limit) {
      return;
    }
    throw new GalaException(
        code,
        "topic "
            + topic
            + ": nothing was stored: the "
            + what
            + " would be "
            + size
            + " bytes, the limit is "
            + limit
            + ": keep large data elsewhere and emit a reference to it, or raise "
            + what
            + "Limit",
        null,
        Map.of("topic", topic, "size", String.valueOf(size), "limit", String.valueOf(limit)));
  }

  private static long size(Headers given) {
    long size = size(given.tags());
    for (Map.Entry<String, String> property : given.properties().entrySet()) {
      size += bytes(property.getKey()) + bytes(property.getValue());
    }
    for (Map.Entry<String, String> unknown : given.unknown().entrySet()) {
      size += bytes(unknown.getKey()) + bytes(unknown.getValue());
    }
    return size
        + size(given.metadata())
        + size(given.uniqueKey())
        + size(given.idempotencyKey())
        + size(given.queue())
        + size(given.kind());
  }

  private static long size(@Nullable String text) {
    return text == null ? 0 : bytes(text);
  }

  private static long size(List<String> texts) {
    long size = 0;
    for (String text : texts) {
      size += bytes(text);
    }
    return size;
  }

  private static long bytes(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }
}
