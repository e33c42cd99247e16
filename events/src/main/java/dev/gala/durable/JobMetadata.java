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
import java.util.stream.Collectors;

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
    json.append(text(envelope.topic()));
    json.append(",\"event_id\":").append(text(envelope.id().value()));
    if (!headers.listeners().isEmpty()) {
      json.append(",\"listeners\":").append(array(headers.listeners()));
    }
    if (!headers.properties().isEmpty()) {
      json.append(",\"properties\":").append(object(headers.properties()));
    }
    if (headers.metadata() != null) {
      json.append(",\"metadata\":").append(raw(headers.metadata()));
    }
    return json.append('}').toString();
  }

  private static String array(List<String> texts) {
    var json = new StringBuilder(32);
    char before = '[';
    for (String text : texts) {
      json.append(before).append(text(text));
      before = ',';
    }
    return json.append(']').toString();
  }

  private static String object(Map<String, String> texts) {
    return texts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(GoJson.KEY_ORDER))
        .map(entry -> text(entry.getKey()) + ":" + text(entry.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String text(String text) {
    return GoJson.quote(text.replace('\0', '\uFFFD'));
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
