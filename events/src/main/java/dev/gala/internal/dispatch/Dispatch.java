package dev.gala.internal.dispatch;

import dev.gala.context.ContextManager;
import dev.gala.event.Definition;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.event.ExhaustedHandler;
import dev.gala.event.ListenerException;
import dev.gala.event.UnknownTopics;
import dev.gala.internal.registry.RegisteredTopic;
import dev.gala.internal.registry.RegisteredTopic.Attached;
import dev.gala.internal.registry.Registry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes an event to its listeners and says what is to become of its job. Knows no River: what it is
 * told and what it answers are values. Safe for use by many threads.
 */
public final class Dispatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

  private final Registry registry;
  private final ContextManager contexts;
  private final ListenerContext.Surroundings surroundings;
  private final InstantSource clock;
  private final DispatchRules rules;
  private final Deferral deferral;
  private final ListenerRun runner;
  private final Meter meter;
  private final LongAdder missing = new LongAdder();
  private final LongAdder gated = new LongAdder();

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
    this.surroundings = new ListenerContext.Surroundings(clock, threads, rules.injector());
    this.clock = clock;
    this.rules = rules;
    this.deferral = new Deferral(random);
    this.runner = new ListenerRun(threads, clock, rules.interruptGrace());
    this.meter = new Meter(rules.metrics());
  }

  /** Keeps no thread any more beyond what is under way. Idempotent. */
  @Override
  public void close() {
    runner.close();
  }

  /** How many expected listeners were never found, by events that waited for them in vain. */
  public long missingListeners() {
    return missing.sum();
  }

  /** How many events a listener's gate did not let pass, each listener counted. */
  public long gated() {
    return gated.sum();
  }

  /**
   * How long an attempt at an event of {@code topicName} may take at most: its listeners one after
   * the other, and those again that are told of their last failure.
   *
   * @return null if one of them has no limit
   */
  public @Nullable Duration longestAttempt(String topicName) {
    RegisteredTopic topic = registry.receiving(topicName);
    Duration longest = Duration.ZERO;
    if (topic == null) {
      return longest;
    }
    for (Attached attached : topic.listeners()) {
      Duration limit = timeout(attached.definition());
      if (limit.isZero()) {
        return null;
      }
      longest = longest.plus(limit.plus(rules.interruptGrace()).multipliedBy(2));
    }
    return longest;
  }

  /** Whether an event of {@code topicName} is to be deleted when all listeners have handled it. */
  public boolean deletesCompleted(String topicName) {
    RegisteredTopic topic = registry.receiving(topicName);
    return topic != null && topic.topic().deletesOnCompletion();
  }

  /**
   * Runs what is left to run of one event, on the calling thread and one thread for each handler.
   * An interrupt of the calling thread reaches the handler, and no further one is begun.
   */
  public Verdict run(Incoming incoming) {
    var verdict = new AtomicReference<@Nullable Verdict>();
    run(incoming, null, verdict::set);
    return Objects.requireNonNull(verdict.get(), "the attempt is over");
  }

  /**
   * The same, but the last handler runs on the calling thread, unless it is a transactional one,
   * whose commit an interrupt of the attempt must not reach. Returns when that handler has, even if
   * the attempt went on without it meanwhile. Who interrupts the calling thread has {@code
   * incoming} say before that it is cancelled.
   *
   * @param course takes the verdict, unless this throws
   */
  public void run(Incoming incoming, Course course) {
    run(incoming, course::elsewhere, course::over);
  }

  private void run(Incoming incoming, @Nullable Executor elsewhere, Consumer<Verdict> over) {
    RegisteredTopic topic = registry.receiving(incoming.envelope().topic());
    Incoming named =
        topic == null || topic.name().equals(incoming.envelope().topic())
            ? incoming
            : incoming.under(topic.name());
    Runnable attempt;
    try {
      attempt = prepared(named, topic, elsewhere, over);
    } catch (RuntimeException failure) {
      Verdict failed = VerdictRules.failed(incoming.attempt(), incoming.maxAttempts(), failure);
      attempt = () -> over.accept(failed);
    }
    attempt.run();
  }

  private Runnable prepared(
      Incoming incoming,
      @Nullable RegisteredTopic found,
      @Nullable Executor elsewhere,
      Consumer<Verdict> over) {
    Envelope envelope = incoming.envelope();
    if (rules.unknownTopics() == UnknownTopics.DEFER
        && (found == null || !found.reads(envelope.headers()))) {
      Verdict deferred = deferUnknown(incoming, found);
      return () -> over.accept(deferred);
    }
    RegisteredTopic topic = found == null ? registry.require(envelope.topic()) : found;
    Object payload = EventRun.received(topic, envelope);
    EventContext context = contexts.restore(incoming.context(), envelope.contextSnapshot());
    List<Attached> matching = topic.matching(payload);
    Incoming settled = settled(incoming, topic, matching);
    List<Turn> turns = turns(settled, matching, context);
    EventRun run = new EventRun(settled, topic, payload, runner, this::round, meter);
    return () ->
        run.runAll(turns, rules.isSequential(), elsewhere, () -> over.accept(verdict(run)));
  }

  private Verdict verdict(EventRun run) {
    Round round = round(run, run.results());
    gated.add(round.count(Result.Gated.class));
    Verdict verdict = VerdictRules.of(round);
    if (round.isLast() && !(verdict instanceof Verdict.Interrupted)) {
      tellExhausted(run);
    }
    if (!rules.alone()) {
      noteMissing(verdict, expected(run), run.incoming());
    }
    return verdict;
  }

  private Round round(EventRun run, List<Result> results) {
    Incoming incoming = run.incoming();
    Instant now = clock.instant();
    Expected expected = rules.alone() ? Expected.NOBODY_ELSE : expected(run);
    Duration wait = waitFor(expected, incoming, now);
    boolean unknown = isAnyUnknown(results);
    if (wait == null && unknown && incoming.attempt() >= incoming.maxAttempts()) {
      // The last attempt must not be the one that never learned how it ended.
      wait = deferral.delay(run.marks().deferred());
    }
    return new Round(
        incoming.attempt(),
        incoming.maxAttempts(),
        now,
        run.marks(),
        List.copyOf(results),
        wait,
        expected.isHere() ? null : expected.missing(),
        rules.mode());
  }

  /** Whoever a redrive left out is finished, unless the event is none of his business anyway. */
  private static Incoming settled(
      Incoming incoming, RegisteredTopic topic, List<Attached> matching) {
    if (incoming.marks().redriven() == null) {
      return incoming;
    }
    List<String> here = topic.listenerNames();
    Set<String> names = new LinkedHashSet<>();
    matching.forEach(attached -> names.add(attached.definition().name()));
    incoming.envelope().headers().listeners().stream()
        .map(Expected::withoutId)
        .filter(name -> !name.isBlank() && !here.contains(name))
        .forEach(names::add);
    return incoming.with(incoming.marks().settled(names));
  }

  private static boolean isAnyUnknown(List<Result> results) {
    for (Result result : results) {
      if (result instanceof Result.Failed failed && failed.unknown()) {
        return true;
      }
    }
    return false;
  }

  private static Expected expected(EventRun run) {
    return Expected.of(run.incoming().envelope(), run.topic(), run.marks());
  }

  private Verdict deferUnknown(Incoming incoming, @Nullable RegisteredTopic topic) {
    int count = incoming.marks().deferred();
    Duration delay = deferral.delay(count);
    LOG.debug(
        "{} {} of event {} is not known here: deferred for {}, time {}",
        topic == null ? "topic" : "the version of the payload of topic",
        incoming.envelope().topic(),
        incoming.envelope().id(),
        delay,
        count + 1);
    MarkPatch patch = new MarkPatch();
    patch.deferred(count + 1);
    return new Verdict.Snooze(delay, patch.toMap());
  }

  private Duration timeout(Definition<Object> definition) {
    Duration own = definition.timeout();
    return own == null ? rules.listenerTimeout() : DispatchRules.capped(own);
  }

  /** The listeners that are left, those not tried before first. */
  private List<Turn> turns(Incoming incoming, List<Attached> matching, EventContext context) {
    List<Turn> fresh = new ArrayList<>(matching.size());
    List<Turn> tried = new ArrayList<>();
    for (Attached attached : matching) {
      Definition<Object> definition = attached.definition();
      String name = definition.name();
      if (incoming.marks().isFinished(name)) {
        continue;
      }
      Duration timeout = timeout(definition);
      var told = new ListenerContext(incoming, name, context, timeout, surroundings);
      boolean later = !rules.isSequential() && incoming.marks().tried().contains(name);
      (later ? tried : fresh).add(new Turn(definition, told, timeout));
    }
    fresh.addAll(tried);
    return fresh;
  }

  /**
   * How long to wait for listeners that are not here; null if that is over, or none is missing.
   * Only what was waited counts: an event that came late has seen no more of a deploy than any
   * other.
   */
  private @Nullable Duration waitFor(Expected expected, Incoming incoming, Instant now) {
    if (expected.isHere()) {
      return null;
    }
    Instant waiting = incoming.marks().waitingSince();
    Instant since = waiting == null ? now : waiting;
    Instant from = since.isAfter(incoming.dueTime()) ? since : incoming.dueTime();
    Duration left = Duration.between(now, from.plus(rules.missingListenerGrace()));
    if (!left.isPositive()) {
      return null;
    }
    Duration delay = deferral.delay(incoming.marks().deferred());
    return delay.compareTo(left) < 0 ? delay : left;
  }

  /** Says once, when the job ends, that listeners were waited for in vain. */
  private void noteMissing(Verdict verdict, Expected expected, Incoming incoming) {
    boolean ends =
        switch (verdict) {
          case Verdict.Done done -> true;
          case Verdict.Cancel cancel -> true;
          case Verdict.Fail fail -> true;
          case Verdict.Interrupted interrupted -> false;
          case Verdict.Retry retry -> false;
          case Verdict.Snooze snooze -> false;
        };
    if (!ends || expected.isHere()) {
      return;
    }
    missing.add(Math.max(1, expected.missing().size()));
    meter.missing(incoming.envelope().topic(), List.copyOf(expected.missing()));
    LOG.warn(
        "event {} of topic {} ends without {}: nobody attached {} within {}. Attach it in every"
            + " process that works the queue",
        incoming.envelope().id(),
        incoming.envelope().topic(),
        expected.missing().isEmpty() ? "any listener" : "listeners " + expected.missing(),
        expected.missing().size() > 1 ? "them" : "it",
        rules.missingListenerGrace());
  }

  private void tellExhausted(EventRun run) {
    for (int i = 0; i < run.turns().size(); i++) {
      Turn turn = run.turns().get(i);
      ExhaustedHandler<Object> handler = LoopRun.onExhausted(turn.definition());
      if (handler != null
          && run.results().get(i) instanceof Result.Failed failed
          && !failed.unknown()) {
        tell(run, turn, handler, failed.failure());
      }
    }
  }

  /** In a context of its own: a handler that was left behind may still be at work in the other. */
  private void tell(
      EventRun run, Turn turn, ExhaustedHandler<Object> handler, ListenerException failure) {
    Definition<Object> callback =
        Definition.builder(turn.definition().topic(), turn.name())
            .handler((event, context) -> handler.exhausted(event, context, failure))
            .logFields(turn.definition().around().logFields())
            .build();
    boolean interrupted = Thread.interrupted(); // It must not end the callback before it begins.
    Result told = run.run(new Turn(callback, turn.context().afresh(), turn.timeout()));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (told instanceof Result.Failed broken) {
      warn(broken.failure());
    } else if (!(told instanceof Result.Succeeded)) {
      LOG.warn(
          "onExhausted of listener \"{}\" threw an outcome, which it cannot choose any more: {}",
          turn.name(),
          told);
    }
  }

  private static void warn(ListenerException failure) {
    String what = "onExhausted of listener \"{}\" failed; the event's fate is the same";
    try {
      LOG.warn(what, failure.listenerName(), failure);
    } catch (RuntimeException | Error unprintable) {
      // Users' exceptions may throw when asked for their text; what they concern goes on.
      LOG.warn(what + ": {}", failure.listenerName(), failure.getMessage());
    }
  }
}
