package dev.gala.internal.dispatch;

import dev.gala.context.ContextManager;
import dev.gala.event.Definition;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.event.ExhaustedHandler;
import dev.gala.event.Outcome;
import dev.gala.event.UnknownTopics;
import dev.gala.internal.registry.RegisteredTopic;
import dev.gala.internal.registry.RegisteredTopic.Attached;
import dev.gala.internal.registry.Registry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes an event to its listeners and says what is to become of its job. Knows no River: what it is
 * told and what it answers are values. Safe for use by many threads.
 */
public final class Dispatch {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

  private final Registry registry;
  private final ContextManager contexts;
  private final ThreadFactory threads;
  private final InstantSource clock;
  private final DispatchRules rules;
  private final Deferral deferral;
  private final ListenerRun runner;
  private final LongAdder missing = new LongAdder();

  /**
   * A dispatch.
   *
   * @param threads makes the handlers' threads: virtual ones, which inherit no context
   * @param random spreads deferrals; asked by many threads at once
   */
  public Dispatch(
      Registry registry,
      ContextManager contexts,
      ThreadFactory threads,
      InstantSource clock,
      DispatchRules rules,
      RandomGenerator random) {
    this.registry = registry;
    this.contexts = contexts;
    this.threads = threads;
    this.clock = clock;
    this.rules = rules;
    this.deferral = new Deferral(random);
    this.runner = new ListenerRun(threads, clock, rules.interruptGrace());
  }

  /** How many expected listeners were never found, by events that waited for them in vain. */
  public long missingListeners() {
    return missing.sum();
  }

  /**
   * Runs what is left to run of one event, on the calling thread and one thread for each handler.
   * An interrupt of the calling thread reaches the handler, and no further one is begun.
   */
  public Verdict run(Delivery delivery) {
    Envelope envelope = delivery.envelope();
    RegisteredTopic topic = registry.find(envelope.topic());
    if (topic == null && rules.unknownTopics() == UnknownTopics.DEFER) {
      return deferUnknown(delivery);
    }
    Object payload;
    EventContext context;
    List<Attached> matching;
    try {
      topic = registry.require(envelope.topic());
      payload = topic.decode(envelope.payload());
      context = contexts.restore(delivery.context(), envelope.contextSnapshot());
      matching = topic.matching(payload);
    } catch (RuntimeException failure) {
      return VerdictRules.failed(delivery.attempt(), delivery.maxAttempts(), failure);
    }
    List<Turn> turns = turns(delivery, matching, context);
    List<Result> results = runAll(turns, topic, payload);
    Expected expected = Expected.of(envelope, topic, delivery.marks());
    Instant now = clock.instant();
    Round round =
        new Round(
            delivery.attempt(),
            delivery.maxAttempts(),
            now,
            delivery.marks(),
            results,
            waitFor(expected, delivery, now));
    Verdict verdict = VerdictRules.of(round);
    if (round.isLast() && !(verdict instanceof Verdict.Interrupted)) {
      tellExhausted(turns, results, payload);
    }
    noteMissing(verdict, expected, delivery);
    return verdict;
  }

  private Verdict deferUnknown(Delivery delivery) {
    int count = delivery.marks().deferred();
    Duration delay = deferral.delay(count);
    LOG.debug(
        "topic {} of event {} is not known here: deferred for {}, time {}",
        delivery.envelope().topic(),
        delivery.envelope().id(),
        delay,
        count + 1);
    MarkPatch patch = new MarkPatch();
    patch.deferred(count + 1);
    return new Verdict.Snooze(delay, patch.toMap());
  }

  /** A listener and what it will be told. */
  private record Turn(Definition<Object> definition, ListenerContext context, Duration timeout) {}

  /** The listeners that are left, those not tried before first. */
  private List<Turn> turns(Delivery delivery, List<Attached> matching, EventContext context) {
    List<Turn> fresh = new ArrayList<>(matching.size());
    List<Turn> tried = new ArrayList<>();
    for (Attached attached : matching) {
      Definition<Object> definition = attached.definition();
      if (delivery.marks().isFinished(definition.name())) {
        continue;
      }
      Duration own = definition.timeout();
      Duration timeout = own == null ? rules.listenerTimeout() : own;
      Turn turn =
          new Turn(
              definition, new ListenerContext(delivery, context, timeout, clock, threads), timeout);
      (delivery.marks().tried().contains(definition.name()) ? tried : fresh).add(turn);
    }
    fresh.addAll(tried);
    return fresh;
  }

  private List<Result> runAll(List<Turn> turns, RegisteredTopic topic, Object decoded) {
    List<Result> results = new ArrayList<>(turns.size());
    for (Turn turn : turns) {
      if (Thread.currentThread().isInterrupted()) {
        results.add(new Result.PutBack(turn.definition().name(), false));
        continue;
      }
      // Listeners share no payload: one that was left behind may still be at work on its own.
      Object payload =
          results.isEmpty() ? decoded : topic.decode(turn.context().envelope().payload());
      turn.context().begin();
      Result result = runner.run(turn.definition(), payload, turn.context(), turn.timeout());
      boolean ofInterruption =
          result instanceof Result.Failed && Thread.currentThread().isInterrupted();
      results.add(ofInterruption ? new Result.PutBack(result.listener(), true) : result);
    }
    return results;
  }

  /** How long to wait for listeners that are not here; null if that is over, or none is missing. */
  private @Nullable Duration waitFor(Expected expected, Delivery delivery, Instant now) {
    if (rules.alone() || expected.isHere()) {
      return null;
    }
    Duration left = Duration.between(now, delivery.dueTime().plus(rules.missingListenerGrace()));
    if (!left.isPositive()) {
      return null;
    }
    Duration delay = deferral.delay(delivery.marks().deferred());
    return delay.compareTo(left) < 0 ? delay : left;
  }

  /** Says once, when the job ends, that listeners were waited for in vain. */
  private void noteMissing(Verdict verdict, Expected expected, Delivery delivery) {
    boolean ends =
        switch (verdict) {
          case Verdict.Done done -> true;
          case Verdict.Cancel cancel -> true;
          case Verdict.Fail fail -> true;
          case Verdict.Interrupted interrupted -> false;
          case Verdict.Retry retry -> false;
          case Verdict.Snooze snooze -> false;
        };
    if (!ends || rules.alone() || expected.isHere()) {
      return;
    }
    missing.add(Math.max(1, expected.missing().size()));
    LOG.warn(
        "event {} of topic {} ends without {}: nobody attached {} within {}. Attach it in every"
            + " process that works the queue",
        delivery.envelope().id(),
        delivery.envelope().topic(),
        expected.missing().isEmpty() ? "any listener" : "listeners " + expected.missing(),
        expected.missing().size() > 1 ? "them" : "it",
        rules.missingListenerGrace());
  }

  private void tellExhausted(List<Turn> turns, List<Result> results, Object payload) {
    for (int i = 0; i < turns.size(); i++) {
      ExhaustedHandler<Object> handler = turns.get(i).definition().onExhausted();
      if (handler != null && results.get(i) instanceof Result.Failed failed) {
        tell(turns.get(i), handler, failed, payload);
      }
    }
  }

  private void tell(
      Turn turn, ExhaustedHandler<Object> handler, Result.Failed failed, Object payload) {
    Definition<Object> callback =
        Definition.ofOutcome(
            turn.definition().topic(),
            turn.definition().name(),
            (event, context) -> {
              handler.exhausted(event, context, failed.failure());
              return Outcome.done();
            });
    boolean interrupted = Thread.interrupted(); // It must not end the callback before it begins.
    Result told = runner.run(callback, payload, turn.context(), turn.timeout());
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (told instanceof Result.Failed broken) {
      LOG.warn(
          "onExhausted of listener \"{}\" failed; the event's fate is the same",
          failed.listener(),
          broken.failure());
    }
  }
}
