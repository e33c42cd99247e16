package dev.gala.test;

import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What was handled, in order; an event that was handled twice stands there twice.
 *
 * @param events each as it was left
 */
public record Drained(List<HandledEvent> events) {
  /** Copies the list. */
  public Drained {
    events = List.copyOf(events);
  }

  /** How often an event was handled. */
  public int count() {
    return events.size();
  }

  /**
   * Asserts that so many times an event was handled.
   *
   * @return this
   */
  public Drained hasCount(int count) {
    if (events.size() != count) {
      throw new AssertionError(
          "expected to handle events " + count + " times, but it were " + events.size() + lines());
    }
    return this;
  }

  /**
   * Asserts that every event that was handled is completed, if not the first time it was handled,
   * then the last. The error tells every failure of those that are not, with its stack trace.
   *
   * @return this
   */
  public Drained allCompleted() {
    Map<Long, JobState> ends = new LinkedHashMap<>();
    events.forEach(event -> ends.put(event.jobId(), event.state()));
    long open = ends.values().stream().filter(state -> state != JobState.COMPLETED).count();
    if (open > 0) {
      List<HandledEvent> others =
          events.stream().filter(event -> ends.get(event.jobId()) != JobState.COMPLETED).toList();
      throw new AssertionError(
          "expected all %d events to be completed, but %d of them are not:%s%s"
              .formatted(ends.size(), open, new Drained(others).lines(), traces(others)));
    }
    return this;
  }

  private String lines() {
    return events.stream().map(event -> "\n  " + event).collect(Collectors.joining());
  }

  private static String traces(List<HandledEvent> events) {
    return events.stream()
        .map(HandledEvent::failure)
        .filter(Objects::nonNull)
        .map(AttemptError::trace)
        .filter(trace -> !trace.isBlank())
        .map(trace -> "\n\n" + trace.strip())
        .collect(Collectors.joining());
  }

  /** A line for each. */
  @Override
  public String toString() {
    return events.isEmpty() ? "nothing was due" : lines().strip();
  }
}
