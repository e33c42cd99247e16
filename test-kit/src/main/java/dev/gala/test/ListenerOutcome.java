package dev.gala.test;

import dev.gala.event.EventId;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.json.JsonObjects;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How it stands with one event at one listener, by what is stored.
 *
 * @param event the event's id
 * @param listener the listener's name
 * @param state how it stands
 * @param attempt in which attempt the listener finished; 0 if it has not
 * @param failures what its runs failed of, oldest first: the texts of what was thrown
 * @param trace the stack trace of the newest failed attempt; empty if there is none
 */
public record ListenerOutcome(
    EventId event, String listener, State state, int attempt, List<String> failures, String trace) {
  private static final String MARK = "gala:listener:";
  private static final Pattern NEXT_MESSAGE = Pattern.compile("\n(?=gala: listener \")");
  private static final Pattern MESSAGE_HEAD =
      Pattern.compile("^(execution failed|panicked: gala: listener panicked): ");

  /** How it stands. */
  public enum State {
    /** It handled the event, or its gate did not let the event pass. */
    SUCCEEDED,
    /** It gave the event up of its own will. */
    CANCELLED,
    /** It failed, and the event's attempts are used up. */
    EXHAUSTED,
    /** It failed, and will be tried again. */
    FAILED,
    /** The event waits for it: it has not run, or asked for the event again later. */
    WAITING,
    /** The event has ended without it. */
    NOT_RUN
  }

  /** Copies the list. */
  public ListenerOutcome {
    failures = List.copyOf(failures);
  }

  static ListenerOutcome of(StoredEvent event, String listener) {
    JobRow row = event.row();
    var failures = new ArrayList<String>();
    String trace = "";
    for (AttemptError error : row.errors()) {
      List<String> own = ownMessages(error.error(), listener);
      if (!own.isEmpty()) {
        failures.addAll(own);
        trace = error.trace();
      }
    }
    String mark = mark(row, listener);
    return new ListenerOutcome(
        event.envelope().id(),
        listener,
        mark == null ? unmarked(row.state(), failures) : marked(mark),
        mark == null ? 0 : JsonObjects.intAt(mark, "attempt", 0),
        failures,
        trace);
  }

  private static @Nullable String mark(JobRow row, String listener) {
    String mark = JsonObjects.members(row.metadata()).get(MARK + listener);
    return mark == null || mark.equals("null") ? null : mark;
  }

  private static State marked(String mark) {
    String state = String.valueOf(JsonObjects.textAt(mark, "state"));
    return switch (state) {
      case "succeeded" -> State.SUCCEEDED;
      case "cancelled" -> State.CANCELLED;
      case "exhausted" -> State.EXHAUSTED;
      default -> throw new IllegalStateException("no mark of a listener: " + mark);
    };
  }

  private static State unmarked(JobState job, List<String> failures) {
    if (!failures.isEmpty()) {
      return job.isFinal() ? State.EXHAUSTED : State.FAILED;
    }
    return job.isFinal() ? State.NOT_RUN : State.WAITING;
  }

  /** An attempt's error has a message of each listener that failed in it. */
  private static List<String> ownMessages(String error, String listener) {
    String head = "gala: listener \"" + listener + "\" ";
    return NEXT_MESSAGE
        .splitAsStream(error)
        .filter(message -> message.startsWith(head))
        .map(message -> message.substring(head.length()))
        .filter(message -> MESSAGE_HEAD.matcher(message).find())
        .map(message -> MESSAGE_HEAD.matcher(message).replaceFirst(""))
        .toList();
  }

  /** One line for people. */
  @Override
  public String toString() {
    var line = new StringBuilder("event ").append(event).append(": ").append(state);
    if (attempt > 0) {
      line.append(" in attempt ").append(attempt);
    }
    if (!failures.isEmpty()) {
      line.append(", failed of ").append(failures);
    }
    return line.toString();
  }
}
