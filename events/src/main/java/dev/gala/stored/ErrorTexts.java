package dev.gala.stored;

import dev.gala.river.job.AttemptError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes the errors of attempts apart: in each, one listener's failure follows the other, and each
 * begins a line. Pure.
 */
final class ErrorTexts {
  private static final Pattern FIRST_LINE =
      Pattern.compile(
          "(?:JobCancelError: )?gala: listener \"(.+?)\""
              + " (?:execution failed|panicked|cancelled): (.*)");

  /** What only repeats that an earlier attempt was this listener's last. */
  private static final Pattern REPEATED =
      Pattern.compile("(?:its attempts were exhausted )?in attempt \\d+(?: at \\S+)?");

  private ErrorTexts() {}

  /** The failures by listener, oldest first; what is no listener's is left out. */
  static Map<String, List<ListenerError>> byListener(List<AttemptError> errors) {
    Map<String, List<ListenerError>> byListener = new LinkedHashMap<>();
    errors.forEach(error -> add(byListener, error));
    return byListener;
  }

  private static void add(Map<String, List<ListenerError>> byListener, AttemptError error) {
    @Nullable String listener = null;
    StringBuilder message = new StringBuilder();
    for (String line : error.error().lines().toList()) {
      Matcher first = FIRST_LINE.matcher(line);
      if (first.matches()) {
        put(byListener, error, listener, message.toString());
        listener = first.group(1);
        message = new StringBuilder(first.group(2));
      } else {
        message.append('\n').append(line);
      }
    }
    put(byListener, error, listener, message.toString());
  }

  private static void put(
      Map<String, List<ListenerError>> byListener,
      AttemptError error,
      @Nullable String listener,
      String message) {
    if (listener != null && !REPEATED.matcher(message).matches()) {
      byListener
          .computeIfAbsent(listener, name -> new ArrayList<>())
          .add(new ListenerError(error.at(), error.attempt(), message));
    }
  }
}
