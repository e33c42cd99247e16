package dev.gala.internal.wire;

import dev.gala.event.Envelope;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The envelope as JSON, byte for byte as the Go package writes it. Written and read by hand: every
 * event passes here twice, and the payload, which is most of it, is never parsed.
 */
public final class EnvelopeWire {
  private EnvelopeWire() {}

  /**
   * The envelope as JSON text.
   *
   * @throws GalaException with {@link GalaError#RIVER_ENVELOPE_ENCODE_FAILED} if a raw part is no
   *     JSON or a time is out of range
   */
  public static String write(Envelope envelope) {
    try {
      return EnvelopeWriter.write(envelope);
    } catch (RuntimeException failure) {
      throw new GalaException(
          GalaError.RIVER_ENVELOPE_ENCODE_FAILED,
          "event " + envelope.id() + " of topic " + envelope.topic() + ": " + failure.getMessage(),
          failure,
          Map.of("event_id", envelope.id().value(), "topic", envelope.topic()));
    }
  }

  /**
   * The envelope as UTF-8 bytes.
   *
   * @throws GalaException as {@link #write} does
   */
  public static byte[] writeBytes(Envelope envelope) {
    return write(envelope).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The envelope that {@code json} holds. What is missing or null is empty; a missing payload is
   * the empty text.
   *
   * @throws GalaException with {@link GalaError#RIVER_ENVELOPE_DECODE_FAILED}
   */
  public static Envelope read(String json) {
    try {
      Envelope usual = UsualEnvelope.read(json);
      return usual == null ? EnvelopeReader.read(json) : usual;
    } catch (JacksonException failure) {
      throw undecodable(failure.getOriginalMessage(), failure);
    } catch (RuntimeException failure) {
      throw undecodable(failure.getMessage(), failure);
    }
  }

  /**
   * The envelope that UTF-8 bytes hold. Malformed ones read as U+FFFD: one for each malformed
   * sequence, as Java reads them, where Go makes one of each byte.
   *
   * @throws GalaException as {@link #read(String)} does
   */
  public static Envelope read(byte[] json) {
    return read(new String(json, StandardCharsets.UTF_8));
  }

  private static GalaException undecodable(@Nullable String message, RuntimeException failure) {
    return new GalaException(
        GalaError.RIVER_ENVELOPE_DECODE_FAILED, message == null ? "" : message, failure);
  }
}
