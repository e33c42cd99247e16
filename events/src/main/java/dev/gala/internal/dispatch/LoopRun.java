package dev.gala.internal.dispatch;

import dev.gala.durable.RiverDispatcher;
import dev.gala.event.Definition;
import dev.gala.event.EmitOptions;
import dev.gala.event.ExhaustedHandler;
import dev.gala.event.GalaException;
import dev.gala.event.HandlerContext;
import dev.gala.event.Headers;
import dev.gala.event.Loop;
import dev.gala.event.Outcome;
import dev.gala.internal.registry.LoopKeys;
import dev.gala.schedule.ScheduleState;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a loop, and the next one emitted at its end. That is remembered with the run's job,
 * behind the attempt's fence, and has a unique key besides, which also workers in Go give it: so
 * there is one next run, however often this one is done and by whom.
 */
final class LoopRun {
  private static final Logger LOG = LoggerFactory.getLogger(LoopRun.class);
  private static final String STEP = "next";

  /** Properties that say where an event comes from, and are another event's then. */
  private static final Set<String> OF_ONE_EVENT =
      Set.of(HandlerContext.CORRELATION_ID, HandlerContext.CAUSATION_ID, LoopKeys.SEEDED_LOOP);

  private LoopRun() {}

  /**
   * Does one run.
   *
   * @throws Exception what the handler threw, if there is to be no next run or this one is to be
   *     done again, or what kept the next one from being stored
   */
  static Outcome run(
      Definition<Object> definition, Loop<Object> loop, Object event, HandlerContext context)
      throws Exception {
    int delta;
    try {
      delta = loop.handler().run(event, context);
    } catch (Exception | AssertionError failure) {
      if (context.cancelled() || isEnd(definition, failure)) {
        throw failure;
      }
      emitNextAfterFailure(definition, loop, event, context, failure);
      return Outcome.cancel("this run failed, the next one is stored: " + text(failure));
    }
    if (context.cancelled()) {
      // Of a run that was cancelled there is no next one; one that is stopped is done again.
      throw new InterruptedException("the run was told to end before its next one was stored");
    }
    emitNext(
        definition, loop, event, context, loop.scheduleOf(event).next(loop.stateOf(event), delta));
    return Outcome.done();
  }

  /**
   * Who is told when the last attempt has failed: a loop goes on even so.
   *
   * @return null for nobody
   */
  static @Nullable ExhaustedHandler<Object> onExhausted(Definition<Object> definition) {
    ExhaustedHandler<Object> own = definition.onExhausted();
    if (!(definition.work() instanceof Loop<Object> loop)) {
      return own;
    }
    return (event, context, failure) -> {
      try {
        emitNextAfterFailure(definition, loop, event, context, failure);
      } finally {
        if (own != null) {
          own.exhausted(event, context, failure);
        }
      }
    };
  }

  private static void emitNextAfterFailure(
      Definition<Object> definition,
      Loop<Object> loop,
      Object event,
      HandlerContext context,
      Throwable failure) {
    ScheduleState next = loop.scheduleOf(event).nextAfterFailure(loop.stateOf(event));
    LOG.warn(
        "a run of loop \"{}\" of topic {} failed, the {}. in a row: the next one comes in {}: {}",
        definition.name(),
        definition.topic().name(),
        next.errorStreak(),
        next.interval(),
        text(failure));
    emitNext(definition, loop, event, context, next);
  }

  private static void emitNext(
      Definition<Object> definition,
      Loop<Object> loop,
      Object event,
      HandlerContext context,
      ScheduleState state) {
    String incarnation =
        state.incarnation().isEmpty() ? context.envelope().id().value() : state.incarnation();
    ScheduleState next = state.inChain(incarnation, state.cycle() + 1);
    Object wrapped = loop.wrap().apply(event, next);
    Headers headers =
        loop.headers().apply(event, carriedOn(context.envelope().headers())).toBuilder()
            .uniqueKey(LoopKeys.ofRun(LoopKeys.ofLoop(definition, wrapped), next))
            .uniqueOnce(true)
            .scheduledAtText(null)
            .build();
    try {
      context.emitOnce(
          STEP,
          definition.topic(),
          wrapped,
          EmitOptions.builder().headers(headers).delay(next.interval()).build());
    } catch (GalaException failure) {
      if (!isStoredAlready(failure)) {
        throw failure;
      }
    }
  }

  /** What the next event has of this one's headers. */
  private static Headers carriedOn(Headers headers) {
    Headers.Builder builder =
        Headers.builder()
            .tags(headers.tags())
            .queue(headers.queue())
            .maxAttempts(headers.maxAttempts())
            .metadata(headers.metadata());
    for (Map.Entry<String, String> property : headers.properties().entrySet()) {
      if (!OF_ONE_EVENT.contains(property.getKey())) {
        builder.property(property.getKey(), property.getValue());
      }
    }
    return builder.build();
  }

  /** The next run was stored by another attempt at this one, and has ended: how is its affair. */
  private static boolean isStoredAlready(GalaException failure) {
    return failure.getCause() instanceof GalaException cause
        && cause.data().containsKey(RiverDispatcher.HOLDER);
  }

  @SuppressWarnings("ReferenceEquality") // An exception cannot suppress itself.
  private static boolean isEnd(Definition<Object> definition, Throwable failure) {
    try {
      return definition.cancelWhen().test(failure);
    } catch (RuntimeException | Error predicateFailed) {
      if (predicateFailed != failure) {
        failure.addSuppressed(predicateFailed);
      }
      return false;
    }
  }

  private static String text(Throwable failure) {
    try {
      return failure.toString();
    } catch (RuntimeException | Error e) {
      // The loop must go on, whatever users' exceptions do when asked for their message.
      return failure.getClass().getName();
    }
  }
}
