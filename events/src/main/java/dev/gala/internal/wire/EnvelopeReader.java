package dev.gala.internal.wire;

import dev.gala.event.ContextSnapshot;
import dev.gala.event.Envelope;
import dev.gala.event.EventId;
import dev.gala.event.Headers;
import dev.gala.river.json.GoMapper;
import dev.gala.river.json.GoTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads an envelope from Jackson's tokens. Raw parts are cut out of the text by their offsets. As
 * in Go, null is as good as missing, and of a repeated field the last one counts.
 */
final class EnvelopeReader {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().streamReadConstraints(GoMapper.readConstraints()).build();

  private static final Set<String> KNOWN_HEADERS =
      Set.of(
          "properties",
          "tags",
          "listeners",
          "max_attempts",
          "skip_unique_key",
          "unique_once",
          "metadata",
          "idempotency_key",
          "queue",
          "kind",
          "scheduled_at",
          "unique_key");

  private final String json;
  private final JsonParser parser;

  private EnvelopeReader(String json, JsonParser parser) {
    this.json = json;
    this.parser = parser;
  }

  static Envelope read(String json) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json.toCharArray())) {
      parser.nextToken();
      Envelope envelope = new EnvelopeReader(json, parser).envelope();
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("more follows after the envelope: expected one object");
      }
      return envelope;
    }
  }

  private Envelope envelope() {
    EventId id = new EventId("");
    String topic = "";
    Instant occurredAt = GoTime.ZERO;
    Headers headers = Headers.none();
    String payload = "";
    ContextSnapshot snapshot = ContextSnapshot.empty();
    Map<String, String> unknown = new LinkedHashMap<>();
    requireObject("envelope");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "id" -> id = new EventId(text(name, id.value()));
        case "topic" -> topic = text(name, topic);
        case "occurred_at" -> occurredAt = isNull() ? occurredAt : GoTime.parse(text(name, ""));
        case "headers" -> headers = isNull() ? headers : headers();
        case "payload" -> payload = raw();
        case "context_snapshot" -> snapshot = isNull() ? snapshot : snapshot();
        default -> unknown.put(name, raw());
      }
    }
    return new Envelope(id, topic, occurredAt, headers, payload, snapshot, unknown);
  }

  private Headers headers() {
    Headers.Builder headers = Headers.builder();
    List<String> tags = List.of();
    Map<String, String> properties = Map.of();
    requireObject("headers");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      if (isNull() && !name.equals("metadata")) {
        if (!KNOWN_HEADERS.contains(name)) {
          headers.unknown(name, "null");
        }
        continue;
      }
      switch (name) {
        case "properties" -> properties = map(name, () -> text(name, ""));
        case "tags" -> tags = texts(name);
        case "listeners" -> headers.listeners(texts(name));
        case "max_attempts" -> headers.maxAttempts(integer(name));
        case "skip_unique_key" -> headers.skipUniqueKey(truth(name));
        case "unique_once" -> headers.uniqueOnce(truth(name));
        case "metadata" -> headers.metadata(raw());
        case "idempotency_key" -> headers.idempotencyKey(text(name, ""));
        case "queue" -> headers.queue(text(name, ""));
        case "kind" -> headers.kind(text(name, ""));
        case "scheduled_at" -> headers.scheduledAtText(time(name));
        case "unique_key" -> headers.uniqueKey(text(name, ""));
        default -> headers.unknown(name, raw());
      }
    }
    return headers.tags(tags).properties(properties).build();
  }

  private ContextSnapshot snapshot() {
    Map<String, String> values = Map.of();
    Map<String, Boolean> flags = Map.of();
    Map<String, String> unknown = new LinkedHashMap<>();
    requireObject("context_snapshot");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "values" -> values = isNull() ? values : map(name, this::raw);
        case "flags" -> flags = isNull() ? flags : map(name, () -> !isNull() && truth(name));
        default -> unknown.put(name, raw());
      }
    }
    return new ContextSnapshot(values, flags, unknown);
  }

  private <V> Map<String, V> map(String field, Supplier<V> value) {
    Map<String, V> map = new LinkedHashMap<>();
    requireObject(field);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      map.put(name, value.get());
    }
    return map;
  }

  private List<String> texts(String field) {
    require(JsonToken.START_ARRAY, field, "an array");
    List<String> texts = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      texts.add(text(field, ""));
    }
    return texts;
  }

  private String text(String field, String ifNull) {
    if (isNull()) {
      return ifNull;
    }
    require(JsonToken.VALUE_STRING, field, "a string");
    return parser.getString();
  }

  /** The text of a time, which is checked and kept. */
  private String time(String field) {
    String text = text(field, "");
    GoTime.parse(text);
    return text;
  }

  private int integer(String field) {
    require(JsonToken.VALUE_NUMBER_INT, field, "a whole number");
    return parser.getIntValue();
  }

  private boolean truth(String field) {
    if (parser.currentToken() == JsonToken.VALUE_TRUE) {
      return true;
    }
    require(JsonToken.VALUE_FALSE, field, "true or false");
    return false;
  }

  private boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  /** The text of the value at hand, whatever it is. */
  private String raw() {
    int from = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    parser.finishToken();
    int to = (int) parser.currentLocation().getCharOffset();
    return json.substring(from, to).strip();
  }

  private void requireObject(String field) {
    require(JsonToken.START_OBJECT, field, "an object");
  }

  private void require(JsonToken token, String field, String expected) {
    if (parser.currentToken() != token) {
      throw new IllegalArgumentException(
          "\"" + field + "\" is " + parser.currentToken() + ": expected " + expected);
    }
  }
}
