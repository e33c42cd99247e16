package dev.gala.stored;

import dev.gala.internal.dispatch.Mark;
import dev.gala.internal.dispatch.Marks;
import dev.gala.internal.dispatch.Redriven;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.json.JsonObjects;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the listeners of a stored event stand, read from its row alone. A listener whose end is told
 * by the job's has no mark: of such a job, those without one stand all alike. Pure.
 *
 * @param row the row
 * @param marks its marks
 * @param known names of the listeners that something is known of, those attached first
 * @param errors the failures of each
 */
record Standing(
    JobRow row, Marks marks, Set<String> known, Map<String, List<ListenerError>> errors) {

  /**
   * Of this row.
   *
   * @throws IllegalArgumentException if its marks cannot be read
   */
  static Standing of(JobRow row) {
    return of(row, Marks.read(row.metadata()));
  }

  static Standing of(JobRow row, Marks marks) {
    Map<String, List<ListenerError>> errors = ErrorTexts.byListener(row.errors());
    Set<String> known = new LinkedHashSet<>(attached(row));
    marks.finished().keySet().stream().sorted().forEach(known::add);
    known.addAll(marks.missing() == null ? List.of() : marks.missing());
    if (marks.redriven() != null) {
      marks.redriven().only().stream().sorted().forEach(known::add);
    }
    known.addAll(errors.keySet());
    return new Standing(row, marks, known, errors);
  }

  /** The listeners attached where it was emitted. Later Go releases write {@code name#ULID}. */
  private static List<String> attached(JobRow row) {
    String listeners = JsonObjects.members(row.metadata()).get("listeners");
    if (listeners == null || !listeners.startsWith("[")) {
      return List.of();
    }
    return JsonObjects.elements(listeners).stream()
        .filter(element -> element.startsWith("\""))
        .map(element -> JsonObjects.texts("[" + element + "]").getFirst())
        .map(name -> name.indexOf('#') < 0 ? name : name.substring(0, name.indexOf('#')))
        .filter(name -> !name.isBlank())
        .toList();
  }

  /** How this listener stands; one that nothing is known of stands as the others do. */
  ListenerState stateOf(String listener) {
    Mark mark = marks.of(listener);
    if (mark != null) {
      return stateOf(mark.state());
    }
    Redriven redriven = marks.redriven();
    boolean leftOut =
        redriven != null && redriven.rest() != null && !redriven.only().contains(listener);
    if (marks.isMissing(listener) && (row.state().isFinal() || leftOut)) {
      return ListenerState.MISSING;
    }
    if (leftOut) {
      return others();
    }
    ListenerState ended = ended();
    return ended == ListenerState.FAILED && !errors.containsKey(listener)
        ? ListenerState.NOT_RUN
        : ended;
  }

  /** How those stand that have no mark, and that nothing else is known of. */
  ListenerState others() {
    Redriven redriven = marks.redriven();
    if (redriven != null && redriven.rest() != null) {
      return stateOf(redriven.rest().state());
    }
    return row.state().isFinal() ? ended() : ListenerState.PENDING;
  }

  /** What the job's end says of those without a mark. */
  private ListenerState ended() {
    List<String> missing = marks.missing();
    return switch (row.state()) {
      case COMPLETED ->
          missing != null && missing.isEmpty() ? ListenerState.MISSING : ListenerState.DONE;
      case CANCELLED -> ListenerState.CANCELLED;
      case DISCARDED -> ListenerState.FAILED;
      case AVAILABLE, PENDING, RETRYABLE, RUNNING, SCHEDULED -> ListenerState.PENDING;
    };
  }

  /** The mark that says so. */
  static Mark.State markOf(ListenerState state) {
    return switch (state) {
      case DONE -> Mark.State.SUCCEEDED;
      case CANCELLED -> Mark.State.CANCELLED;
      case FAILED, MISSING, NOT_RUN, PENDING -> Mark.State.EXHAUSTED;
    };
  }

  private static ListenerState stateOf(Mark.State state) {
    return switch (state) {
      case SUCCEEDED -> ListenerState.DONE;
      case CANCELLED -> ListenerState.CANCELLED;
      case EXHAUSTED -> ListenerState.FAILED;
    };
  }

  /** All that are known, as they are shown. */
  List<StoredListener> listeners() {
    return known.stream().map(this::listener).toList();
  }

  private StoredListener listener(String name) {
    @Nullable Mark mark = marks.of(name);
    return new StoredListener(
        name,
        stateOf(name),
        mark == null ? null : mark.attempt(),
        mark == null ? null : mark.at(),
        mark == null ? null : mark.duration(),
        errors.getOrDefault(name, List.of()));
  }

  /** Whether the job has ended, well or not. */
  boolean isEnded() {
    return row.state().isFinal() && row.finalizedAt() != null;
  }

  /** Whether the event was cancelled, by its listeners or by hand. */
  boolean isCancelled() {
    return row.state() == JobState.CANCELLED;
  }
}
