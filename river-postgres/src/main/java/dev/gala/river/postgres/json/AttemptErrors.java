package dev.gala.river.postgres.json;

import dev.gala.river.job.AttemptError;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the elements of a job's {@code errors} column. Other clients write there too, so nothing in
 * it may fail a claim: an element that is not of River's form is kept as its raw text.
 */
public final class AttemptErrors {
  private static final JsonMapper JSON = JsonMapper.shared();

  private AttemptErrors() {}

  /** The errors of these elements, in order; a null element is one too. */
  public static List<AttemptError> read(@Nullable String[] elements) {
    var errors = new ArrayList<AttemptError>(elements.length);
    for (String element : elements) {
      errors.add(read(element));
    }
    return errors;
  }

  private static AttemptError read(@Nullable String element) {
    if (element == null) {
      return odd("null", Instant.EPOCH, 0);
    }
    JsonNode node;
    try {
      node = JSON.readTree(element);
    } catch (JacksonException e) {
      return odd(element, Instant.EPOCH, 0);
    }
    Instant at = instant(node.get("at"));
    JsonNode attempt = node.get("attempt");
    JsonNode error = node.get("error");
    JsonNode trace = node.get("trace");
    boolean numbered = attempt != null && attempt.isInt();
    boolean traced = trace == null || trace.isNull() || trace.isString();
    if (at == null || !numbered || error == null || !error.isString() || !traced) {
      return odd(element, at == null ? Instant.EPOCH : at, numbered ? attempt.intValue() : 0);
    }
    return new AttemptError(
        at,
        attempt.intValue(),
        error.stringValue(),
        trace != null && trace.isString() ? trace.stringValue() : "");
  }

  private static AttemptError odd(String raw, Instant at, int attempt) {
    return new AttemptError(at, attempt, raw, "");
  }

  private static @Nullable Instant instant(@Nullable JsonNode node) {
    if (node == null || !node.isString()) {
      return null;
    }
    try {
      return OffsetDateTime.parse(node.stringValue()).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
