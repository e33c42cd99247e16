package dev.gala.durable;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** Makes rows that somebody could have written, and that are right, nearly right, or nonsense. */
final class Mutations {
  private static final String ENVELOPE =
      """
      {"id":"01M85AEQRY975GKWBHA08EA0YQ","topic":"order.placed",\
      "occurred_at":"2026-01-02T03:04:05.6Z","headers":{"idempotency_key":"k",\
      "properties":{"p":"v","gala:payload_version":"1"},"tags":["a"],"listeners":["book","mail#1"],\
      "queue":"events","max_attempts":3,"kind":"gala_dispatch_v1",\
      "scheduled_at":"2026-01-02T03:04:05+02:00","unique_key":"u","skip_unique_key":true,\
      "unique_once":true,"metadata":{"m":[1]}},"payload":{"id":"o-1","amount":42},\
      "context_snapshot":{"values":{"caller":{"subject_id":"s","capabilities":5},\
      "traceparent":"00-1-2-01","log_fields":{"a":1},"tenant":"t"},"flags":{"workflow_bypass":true}}}
      """;

  /** What may stand where a JSON value stands. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1e400",
          "99999999999999999999",
          "0.5",
          "\"\"",
          "\"x\"",
          "\"-1\"",
          "\"\\ud800\"",
          "\"2026-99-99T00:00:00Z\"",
          "\"9999999-01-01T00:00:00Z\"",
          "[]",
          "{}",
          "[[[]]]",
          "{\"a\":{\"a\":{}}}",
          "[null]",
          "{\"\":null}",
          "[".repeat(2000));

  private static final List<String> METADATA =
      List.of(
          "{}",
          "{\"gala:listener:book\": {\"state\": \"succeeded\", \"attempt\": 1, \"at\":"
              + " \"2026-01-02T03:04:05Z\", \"ms\": 1}}",
          "{\"gala:listener:book\": {\"state\": \"nonsense\"}}",
          "{\"gala:listener:book\": null, \"gala:deferred\": \"often\"}",
          "{\"gala:deferred\": 2147483647, \"gala:tried\": [\"book\"]}",
          "{\"gala:tried\": {\"a\": 1}, \"output\": 5}",
          "{\"snoozes\": \"x\", \"topic\": [], \"properties\": 7}",
          "{\"gala:redriven\": [], \"river:log\": 1, \"cancel_attempted_at\": 5}");

  private final Random random;

  Mutations(Random random) {
    this.random = random;
  }

  /** The arguments of a job, as JSON. */
  String args() {
    return switch (random.nextInt(12)) {
      case 0 -> "{\"envelope\": " + value() + "}";
      case 1 -> "{\"envelope\": \"" + base64().substring(random.nextInt(4)) + "\"}";
      case 2 -> "{\"unique_key\": " + value() + ", \"envelope\": \"" + base64() + "\"}";
      case 3 -> value();
      default -> "{\"envelope\": \"" + base64() + "\"}";
    };
  }

  /** The metadata of a job, as JSON. */
  String metadata() {
    return METADATA.get(random.nextInt(METADATA.size()));
  }

  /** Any text: also such as no database keeps. */
  String text() {
    var text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      switch (random.nextInt(6)) {
        case 0 -> text.append((char) random.nextInt(0x20));
        case 1 -> text.append((char) random.nextInt(0xD800, 0xE000));
        case 2 -> text.append("#:, \"\\/<>&\u2028".charAt(random.nextInt(11)));
        case 3 -> text.appendCodePoint(random.nextInt(0x1_0000, 0x11_0000));
        default -> text.append((char) random.nextInt('a', 'z'));
      }
    }
    return text.toString();
  }

  /** A JSON value that jsonb takes, or the beginning of one. */
  String anyJson() {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  private String value() {
    String value = anyJson();
    boolean kept = !value.contains("\\ud800") && !value.startsWith("[[[[");
    return kept ? value : "null";
  }

  private String base64() {
    byte[] bytes = mutated(ENVELOPE.strip()).getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(6) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return Base64.getEncoder().encodeToString(bytes);
  }

  private String mutated(String json) {
    String mutated = json;
    for (int i = random.nextInt(4); i > 0 && mutated.length() > 2; i--) {
      int at = random.nextInt(mutated.length() - 1);
      int to = at + 1 + random.nextInt(Math.min(40, mutated.length() - at - 1));
      mutated =
          switch (random.nextInt(5)) {
            case 0 -> mutated.substring(0, at) + mutated.substring(to);
            case 1 -> mutated.substring(0, to) + mutated.substring(at);
            case 2 -> mutated.substring(0, Math.max(1, at));
            default -> replaced(mutated);
          };
    }
    return mutated.isEmpty() ? "{" : mutated;
  }

  /** Another value behind one of the colons. */
  private String replaced(String json) {
    int colon = json.indexOf(':', random.nextInt(json.length()));
    if (colon < 0) {
      return json;
    }
    int end = colon + 1;
    while (end < json.length() && ",}".indexOf(json.charAt(end)) < 0) {
      end++;
    }
    return json.substring(0, colon + 1) + anyJson() + json.substring(end);
  }
}
