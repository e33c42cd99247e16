package dev.gala.durable;

import dev.gala.event.Envelope;
import dev.gala.event.Headers;
import dev.gala.river.json.GoJson;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a dispatch job's metadata says of its event, for people and for queries. */
final class JobMetadata {
  private JobMetadata() {}

  /** The metadata, a JSON object; what is empty is left out. */
  static String of(Envelope envelope) {
    Headers headers = envelope.headers();
    var json = new StringBuilder(160).append("{\"topic\":");
    GoJson.quote(json, envelope.topic());
    json.append(",\"event_id\":");
    GoJson.quote(json, envelope.id().value());
    if (!headers.listeners().isEmpty()) {
      json.append(",\"listeners\":").append(array(headers.listeners()));
    }
    if (!headers.properties().isEmpty()) {
      json.append(",\"properties\":").append(object(headers.properties()));
    }
    if (headers.metadata() != null) {
      json.append(",\"metadata\":").append(headers.metadata());
    }
    return json.append('}').toString();
  }

  private static String array(List<String> texts) {
    return texts.stream().map(GoJson::quote).collect(Collectors.joining(",", "[", "]"));
  }

  private static String object(Map<String, String> texts) {
    return texts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(GoJson.KEY_ORDER))
        .map(entry -> GoJson.quote(entry.getKey()) + ":" + GoJson.quote(entry.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }
}
