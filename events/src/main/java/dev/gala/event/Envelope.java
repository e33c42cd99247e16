package dev.gala.event;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * An event as stored: the unit Go and Java programs exchange. Unmodifiable.
 *
 * @param id the event's id
 * @param topic the topic's name
 * @param occurredAt when it was emitted
 * @param headers operational data
 * @param payload the encoded payload: JSON text
 * @param contextSnapshot the emitter's context
 * @param unknown fields of a later release, as JSON texts; written again as they are
 */
public record Envelope(
    EventId id,
    String topic,
    Instant occurredAt,
    Headers headers,
    String payload,
    ContextSnapshot contextSnapshot,
    Map<String, String> unknown) {

  /** Copies the map. */
  public Envelope {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(occurredAt, "occurredAt");
    Objects.requireNonNull(headers, "headers");
    Objects.requireNonNull(payload, "payload");
    Objects.requireNonNull(contextSnapshot, "contextSnapshot");
    unknown = Map.copyOf(unknown);
  }

  /** An envelope without fields of a later release. */
  public Envelope(
      EventId id,
      String topic,
      Instant occurredAt,
      Headers headers,
      String payload,
      ContextSnapshot contextSnapshot) {
    this(id, topic, occurredAt, headers, payload, contextSnapshot, Map.of());
  }

  /** A new event of {@code topic}, with a new id, no headers and no context. */
  public static Envelope of(String topic, String payload, Instant occurredAt) {
    return new Envelope(
        EventId.random(), topic, occurredAt, Headers.none(), payload, ContextSnapshot.empty());
  }

  /** This as an event of another topic. */
  public Envelope withTopic(String topic) {
    return new Envelope(id, topic, occurredAt, headers, payload, contextSnapshot, unknown);
  }

  /** This with other headers. */
  public Envelope withHeaders(Headers headers) {
    return new Envelope(id, topic, occurredAt, headers, payload, contextSnapshot, unknown);
  }

  /** This with another context. */
  public Envelope withContextSnapshot(ContextSnapshot contextSnapshot) {
    return new Envelope(id, topic, occurredAt, headers, payload, contextSnapshot, unknown);
  }
}
