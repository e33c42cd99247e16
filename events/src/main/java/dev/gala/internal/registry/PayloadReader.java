package dev.gala.internal.registry;

import dev.gala.event.Codec;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Topic;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads payloads of one form of a topic.
 *
 * @param topic the topic's name
 * @param type the Java type
 * @param payloadClass its class
 * @param codec reads it
 */
record PayloadReader(String topic, Type type, Class<?> payloadClass, Codec<Object> codec) {
  static PayloadReader of(String topic, Type type, Codec<Object> codec) {
    return new PayloadReader(topic, type, Topic.classOf(type), codec);
  }

  /**
   * The payload that {@code json} carries.
   *
   * @throws GalaException with {@link GalaError#ENVELOPE_PAYLOAD_REQUIRED} if it is empty, or
   *     {@link GalaError#PAYLOAD_DECODE_FAILED}
   */
  Object read(String json) {
    if (json.isBlank()) {
      throw new GalaException(
          GalaError.ENVELOPE_PAYLOAD_REQUIRED,
          "an event of topic " + topic + " carries none",
          null,
          Map.of("topic", topic));
    }
    Object payload;
    try {
      payload = codec.decode(codec.binary() ? binary(json) : json.getBytes(StandardCharsets.UTF_8));
    } catch (GalaException coded) {
      throw coded;
    } catch (Exception failure) {
      throw failed(GalaError.PAYLOAD_DECODE_FAILED, failure);
    }
    return checked(payload, "codec");
  }

  /** {@code payload}, if it is of the type. */
  Object checked(@Nullable Object payload, String maker) {
    if (payloadClass.isInstance(payload)) {
      return payload;
    }
    throw new GalaException(
        GalaError.PAYLOAD_DECODE_FAILED,
        "topic "
            + topic
            + ": the "
            + maker
            + " made "
            + (payload == null ? "null" : "a " + payload.getClass().getName())
            + " where "
            + type.getTypeName()
            + " is needed",
        null,
        Map.of("topic", topic));
  }

  GalaException failed(GalaError code, Exception failure) {
    return new GalaException(
        code,
        "topic " + topic + ", type " + type.getTypeName() + ": " + failure.getMessage(),
        failure,
        Map.of("topic", topic));
  }

  private static byte[] binary(String json) {
    String text = json.strip();
    if (text.length() < 2 || text.charAt(0) != '"' || text.charAt(text.length() - 1) != '"') {
      throw new IllegalArgumentException("expected a JSON string in base64");
    }
    return Base64.getDecoder().decode(text.substring(1, text.length() - 1).replace("\\/", "/"));
  }
}
