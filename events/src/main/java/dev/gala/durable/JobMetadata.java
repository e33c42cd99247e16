package dev.gala.durable;

import dev.gala.event.Envelope;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.river.json.GoJson;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a dispatch job's metadata says of its event, for people and for queries. PostgreSQL's {@code
 * jsonb} refuses U+0000 and surrogates without a partner: here they become U+FFFD, the envelope
 * keeps them.
 */
final class JobMetadata {
  /** A pair of surrogates, which is fine, else a single escape. */
  private static final Pattern ESCAPE =
      Pattern.compile(
          "\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}"
              + "|\\\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})"
              + "|\\\\.");

  private JobMetadata() {}

  /** The metadata, a JSON object; what is empty is left out. */
  static String of(Envelope envelope) {
    Headers headers = envelope.headers();
    var json = new StringBuilder(160).append("{\"topic\":");
    text(json, envelope.topic());
    json.append(",\"event_id\":");
    text(json, envelope.id().value());
    if (!headers.listeners().isEmpty()) {
      json.append(",\"listeners\":");
      array(json, headers.listeners());
    }
    if (!headers.properties().isEmpty()) {
      json.append(",\"properties\":");
      object(json, headers.properties());
    }
    if (headers.metadata() != null) {
      json.append(",\"metadata\":").append(raw(headers.metadata()));
    }
    return json.append('}').toString();
  }

  private static void array(StringBuilder json, List<String> texts) {
    char before = '[';
    for (String text : texts) {
      text(json.append(before), text);
      before = ',';
    }
    json.append(']');
  }

  private static void object(StringBuilder json, Map<String, String> texts) {
    char before = '{';
    for (Map.Entry<String, String> entry : sorted(texts)) {
      text(json.append(before), entry.getKey());
      text(json.append(':'), entry.getValue());
      before = ',';
    }
    json.append('}');
  }

  private static List<Map.Entry<String, String>> sorted(Map<String, String> texts) {
    return texts.entrySet().stream().sorted(Map.Entry.comparingByKey(GoJson.KEY_ORDER)).toList();
  }

  private static void text(StringBuilder json, String text) {
    GoJson.quote(json, text.replace('\0', '\uFFFD'));
  }

  private static String raw(String json) {
    String compact;
    try {
      compact = GoJson.compact(json);
    } catch (IllegalArgumentException notJson) {
      throw new GalaException(
          GalaError.RIVER_DISPATCH_INSERT_FAILED,
          "the header metadata is " + notJson.getMessage(),
          notJson);
    }
    return ESCAPE.matcher(compact).replaceAll(JobMetadata::storable);
  }

  private static String storable(MatchResult escape) {
    return Matcher.quoteReplacement(escape.group(1) == null ? escape.group() : "\\ufffd");
  }
}
