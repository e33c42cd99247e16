package dev.gala.internal.dispatch;

import dev.gala.event.Envelope;
import dev.gala.event.ListenerException;
import dev.gala.internal.registry.RegisteredTopic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One round of one event: the turns of its listeners, one after the other. For one thread at a
 * time: the attempt's, or the one it goes on on.
 */
final class EventRun {
  private static final Logger LOG = LoggerFactory.getLogger(EventRun.class);

  private final Incoming incoming;
  private final RegisteredTopic topic;
  private final ListenerRun runner;
  private final InstantSource clock;
  private final BiFunction<EventRun, List<Result>, Round> judged;
  private final Meter meter;
  private final String operation;
  private final List<Turn> turns = new ArrayList<>();
  private final List<Result> results = new ArrayList<>();
  private Marks marks;
  private @Nullable Object decoded;

  /**
   * A round.
   *
   * @param payload decoded, for one listener alone
   * @param judged what the rules would look at, if the round were over with these results
   * @param meter is told of each turn
   */
  EventRun(
      Incoming incoming,
      RegisteredTopic topic,
      Object payload,
      ListenerRun runner,
      BiFunction<EventRun, List<Result>, Round> judged,
      Meter meter) {
    this.incoming = incoming;
    this.topic = topic;
    this.decoded = payload;
    this.runner = runner;
    this.clock = runner.clock();
    this.judged = judged;
    this.meter = meter;
    this.operation = meter.operation(payload);
    this.marks = incoming.marks();
  }

  Incoming incoming() {
    return incoming;
  }

  RegisteredTopic topic() {
    return topic;
  }

  /** What earlier rounds left, as far as is known now. */
  Marks marks() {
    return marks;
  }

  /** What came of the turns so far, in their order. */
  List<Result> results() {
    return results;
  }

  /** The turns that had their result, in that order. */
  List<Turn> turns() {
    return turns;
  }

  /**
   * Gives each its turn.
   *
   * @param sequential whether a failure is the end
   * @param elsewhere where the attempt goes on if the last handler, which then runs on this thread,
   *     is given up; null if every handler is to have a thread of its own
   * @param rest run once, when all had theirs
   */
  void runAll(List<Turn> planned, boolean sequential, @Nullable Executor elsewhere, Runnable rest) {
    for (int i = 0; i < planned.size(); i++) {
      Turn turn = planned.get(i);
      boolean last = i == planned.size() - 1;
      long begun = System.nanoTime();
      if (last && elsewhere != null && !turn.isTransactional() && !isOver()) {
        runHere(
            turn,
            elsewhere,
            result -> {
              note(turn, result, begun);
              rest.run();
            });
        return;
      }
      Result result = next(turn, last);
      if (result == null) {
        continue;
      }
      Result counted = note(turn, result, begun);
      if (sequential && (counted instanceof Result.Failed || counted instanceof Result.Snoozed)) {
        break;
      }
    }
    rest.run();
  }

  private Result note(Turn turn, Result result, long begun) {
    if (result instanceof Result.ClaimLost) {
      LOG.info(
          "event {} is no longer this attempt's: what listener \"{}\" did is rolled back",
          incoming.envelope().id(),
          turn.name());
    }
    Result counted =
        isOfInterruption(turn, result) ? new Result.PutBack(turn.name(), true) : result;
    turns.add(turn);
    results.add(counted);
    meter.ended(topic.name(), operation, counted, System.nanoTime() - begun);
    return counted;
  }

  /** Nothing more can be done for an attempt that was told to end, or lost its claim. */
  private boolean isOver() {
    return Thread.currentThread().isInterrupted()
        || (!results.isEmpty() && results.getLast() instanceof Result.ClaimLost);
  }

  /** Null if the listener turned out to be finished. */
  private @Nullable Result next(Turn turn, boolean last) {
    if (isOver()) {
      return new Result.PutBack(turn.name(), false);
    }
    return turn.isTransactional() ? inTransaction(turn, last) : run(turn);
  }

  /**
   * One listener's turn. Whatever goes wrong in it is this listener's failure: what the others did
   * must not be lost.
   */
  Result run(Turn turn) {
    try {
      Object payload = payload();
      turn.context().begin();
      return runner.run(turn, payload);
    } catch (RuntimeException | Error broken) {
      return failed(turn, broken);
    }
  }

  /** One listener's turn on this thread, which goes on with {@code then} unless another does. */
  private void runHere(Turn turn, Executor elsewhere, Consumer<Result> then) {
    HandlerCall call;
    try {
      Object payload = payload();
      turn.context().begin();
      call = runner.prepared(turn, payload, elsewhere, then);
    } catch (RuntimeException | Error broken) {
      then.accept(failed(turn, broken));
      return;
    }
    runner.runHere(call, then);
  }

  private @Nullable Result inTransaction(Turn turn, boolean last) {
    Transaction transaction = null;
    try {
      Object payload = payload();
      transaction = incoming.carrier().begin();
      marks = transaction.marks().settled(incoming.marks().leftOut());
      if (marks.isFinished(turn.name())) {
        transaction.close();
        return null;
      }
      EndGate gate = new EndGate();
      var settlement = new Settlement(transaction, gate, result -> ending(result, last));
      turn.context().begin(transaction);
      return runner.run(turn, payload, gate, settlement);
    } catch (InterruptedException told) {
      Thread.currentThread().interrupt();
      return new Result.PutBack(turn.name(), false);
    } catch (RuntimeException | Error broken) {
      if (transaction != null) {
        transaction.close();
      }
      return Settlement.isClaimLost(broken)
          ? new Result.ClaimLost(turn.name())
          : failed(turn, broken);
    }
  }

  /** With the last listener's effects the whole job is completed, if nothing else is left to do. */
  private Settlement.Ending ending(Result result, boolean last) {
    Map<String, String> mark = VerdictRules.ownMark(result, incoming.attempt());
    if (!last) {
      return new Settlement.Ending(mark, false);
    }
    List<Result> all = new ArrayList<>(results);
    all.add(result);
    Verdict verdict = VerdictRules.of(judged.apply(this, all));
    return verdict instanceof Verdict.Done done
        ? new Settlement.Ending(both(done.metadata(), mark), true)
        : new Settlement.Ending(mark, false);
  }

  private static Map<String, String> both(Map<String, String> one, Map<String, String> other) {
    Map<String, String> both = new LinkedHashMap<>(one);
    both.putAll(other);
    return both;
  }

  private Result failed(Turn turn, Throwable broken) {
    return new Result.Failed(
        turn.name(), clock.instant(), Duration.ZERO, ListenerException.of(turn.name(), broken));
  }

  /** Listeners share no payload: one that was left behind may still be at work on its own. */
  private Object payload() {
    Object ready = decoded;
    decoded = null;
    return ready == null ? received(topic, incoming.envelope()) : ready;
  }

  /** The payload as listeners get it. */
  static Object received(RegisteredTopic topic, Envelope envelope) {
    return topic.received(envelope.headers(), envelope.payload());
  }

  /** Whether a handler threw while the attempt was told to end, which is then no failure of it. */
  private static boolean isOfInterruption(Turn turn, Result result) {
    boolean threw =
        switch (result) {
          case Result.Failed failed -> true;
          case Result.Cancelled cancelled -> cancelled.thrown();
          case Result.Succeeded succeeded -> false;
          case Result.Gated gated -> false;
          case Result.Snoozed snoozed -> false;
          case Result.PutBack putBack -> false;
          case Result.ClaimLost lost -> false;
        };
    return threw && (Thread.currentThread().isInterrupted() || turn.context().attemptCancelled());
  }
}
