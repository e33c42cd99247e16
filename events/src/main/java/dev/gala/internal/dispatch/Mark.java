package dev.gala.internal.dispatch;

import dev.gala.river.json.GoTime;
import dev.gala.river.json.JsonObjects;
import java.time.Duration;
import java.time.Instant;

/**
 * That a listener is finished with an event.
 *
 * @param state how it ended
 * @param attempt in which attempt
 * @param at when
 * @param duration how long the handler took
 */
public record Mark(State state, int attempt, Instant at, Duration duration) {
  /** How a listener is finished. */
  public enum State {
    /** It handled the event. */
    SUCCEEDED("succeeded"),
    /** It gave the event up of its own will. */
    CANCELLED("cancelled"),
    /** Its last attempt failed. */
    EXHAUSTED("exhausted");

    private final String text;

    State(String text) {
      this.text = text;
    }
  }

  /** As stored. */
  public String json() {
    return "{\"state\":\""
        + state.text
        + "\",\"attempt\":"
        + attempt
        + ",\"at\":\""
        + GoTime.format(at)
        + "\",\"ms\":"
        + duration.toMillis()
        + "}";
  }

  /**
   * The mark as stored.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Mark read(String json) {
    int attempt = JsonObjects.intAt(json, "attempt", 0);
    String at = JsonObjects.textAt(json, "at");
    if (attempt < 1 || at == null) {
      throw new IllegalArgumentException("no mark of a listener: " + Marks.abridged(json));
    }
    return new Mark(
        state(String.valueOf(JsonObjects.textAt(json, "state"))),
        attempt,
        GoTime.parse(at),
        Duration.ofMillis(JsonObjects.intAt(json, "ms", 0)));
  }

  private static State state(String text) {
    for (State state : State.values()) {
      if (state.text.equals(text)) {
        return state;
      }
    }
    throw new IllegalArgumentException(
        "listener state \"" + text + "\" is not known: expected succeeded, cancelled or exhausted");
  }
}
