package dev.gala.test;

import dev.gala.event.EventId;
import dev.gala.test.ListenerOutcome.State;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How it stands with the events of a topic at one listener. The assertions are about every event of
 * the topic, of which there must be one at least; {@link #of(EventId)} takes one of them.
 * Immutable.
 */
public final class ListenerOutcomes {
  private final String who;
  private final List<ListenerOutcome> outcomes;

  private ListenerOutcomes(String who, List<ListenerOutcome> outcomes) {
    this.who = who;
    this.outcomes = List.copyOf(outcomes);
  }

  static ListenerOutcomes of(String topic, String listener, List<StoredEvent> events) {
    return new ListenerOutcomes(
        "listener \"" + listener + "\" of topic " + topic,
        events.stream().map(event -> ListenerOutcome.of(event, listener)).toList());
  }

  /** They, in the order the events were stored. */
  public List<ListenerOutcome> all() {
    return outcomes;
  }

  /**
   * That of one event.
   *
   * @throws AssertionError if the topic has no such event
   */
  public ListenerOutcomes of(EventId event) {
    List<ListenerOutcome> its =
        outcomes.stream().filter(outcome -> outcome.event().equals(event)).toList();
    if (its.isEmpty()) {
      throw new AssertionError(who + ": there is no event " + event + lines(outcomes));
    }
    return new ListenerOutcomes(who, its);
  }

  /**
   * Asserts that it handled every event.
   *
   * @return this
   */
  public ListenerOutcomes succeeded() {
    return are(State.SUCCEEDED);
  }

  /**
   * Asserts that it handled so many events, each once.
   *
   * @return this
   */
  public ListenerOutcomes succeeded(int events) {
    long found = outcomes.stream().filter(outcome -> outcome.state() == State.SUCCEEDED).count();
    if (found != events) {
      throw unlike("to have handled " + events + " events, but it handled " + found, outcomes);
    }
    return this;
  }

  /**
   * Asserts that it failed to handle every event, and will be tried again.
   *
   * @return this
   */
  public ListenerOutcomes failed() {
    return are(State.FAILED);
  }

  /**
   * Asserts that it failed so often at every event, whatever came of that.
   *
   * @return this
   */
  public ListenerOutcomes failedTimes(int times) {
    List<ListenerOutcome> others =
        some().stream().filter(outcome -> outcome.failures().size() != times).toList();
    if (!others.isEmpty()) {
      throw unlike("to have failed " + times + " times at each event", others);
    }
    return this;
  }

  /**
   * Asserts that the newest failure at every event holds this text.
   *
   * @return this
   */
  public ListenerOutcomes failedWith(String part) {
    List<ListenerOutcome> others =
        some().stream()
            .filter(
                outcome ->
                    outcome.failures().isEmpty() || !outcome.failures().getLast().contains(part))
            .toList();
    if (!others.isEmpty()) {
      throw unlike("to have failed with \"" + part + "\" at each event", others);
    }
    return this;
  }

  /**
   * Asserts that it gave every event up, by {@code Outcome.cancel} or {@code cancelWhen}.
   *
   * @return this
   */
  public ListenerOutcomes cancelled() {
    return are(State.CANCELLED);
  }

  /**
   * Asserts that it failed to handle every event until the attempts were used up.
   *
   * @return this
   */
  public ListenerOutcomes exhausted() {
    return are(State.EXHAUSTED);
  }

  /**
   * Asserts that every event still waits for it, without a failure: it has not run yet, or asked
   * for it again later.
   *
   * @return this
   */
  public ListenerOutcomes waiting() {
    return are(State.WAITING);
  }

  /**
   * Asserts that every event ended without it.
   *
   * @return this
   */
  public ListenerOutcomes didNotRun() {
    return are(State.NOT_RUN);
  }

  private ListenerOutcomes are(State state) {
    List<ListenerOutcome> others =
        some().stream().filter(outcome -> outcome.state() != state).toList();
    if (!others.isEmpty()) {
      throw unlike("to be " + state + " at each of " + outcomes.size() + " events", others);
    }
    return this;
  }

  private List<ListenerOutcome> some() {
    if (outcomes.isEmpty()) {
      throw new AssertionError(
          who + ": the topic has no events; is it the one that was emitted to?");
    }
    return outcomes;
  }

  private AssertionError unlike(String what, List<ListenerOutcome> others) {
    String traces =
        others.stream()
            .map(ListenerOutcome::trace)
            .filter(trace -> !trace.isBlank())
            .map(trace -> "\n\n" + trace.strip())
            .collect(Collectors.joining());
    return new AssertionError("expected " + who + " " + what + ":" + lines(others) + traces);
  }

  private static String lines(List<ListenerOutcome> outcomes) {
    return outcomes.stream().map(outcome -> "\n  " + outcome).collect(Collectors.joining());
  }
}
