package dev.gala.interop.adapter;

import dev.gala.river.json.JsonObjects;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.Steps;
import dev.gala.river.worker.WorkContext;
import dev.gala.river.worker.Worker;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Does what a job's arguments say. */
final class ConformanceWorker implements Worker<ConformanceArgs> {
  private static final String RETRYABLE = "conformance retryable error";

  private final Barriers barriers;
  private final StepListener listener;

  /** Is told of every step of a job that is begun. */
  @FunctionalInterface
  interface StepListener {
    /**
     * A step begins.
     *
     * @param cursor where an earlier attempt was, as JSON; null if there is none
     */
    void step(WorkContext<?> context, String step, @Nullable String cursor);
  }

  ConformanceWorker(Barriers barriers, StepListener listener) {
    this.barriers = barriers;
    this.listener = listener;
  }

  @Override
  public Outcome work(WorkContext<ConformanceArgs> context) throws Exception {
    ConformanceArgs args = context.args();
    Duration duration = Duration.ofMillis(args.durationMillis());
    return switch (args.behavior()) {
      case "" -> Outcome.done();
      case "barrier_wait" -> {
        barriers.await(args.message());
        yield Outcome.done();
      }
      case "barrier_output" -> {
        barriers.await(args.message());
        context.recordOutput("{\"race\":\"worker\"}");
        yield Outcome.done();
      }
      case "cancel" -> Outcome.cancel("conformance cancel");
      case "cooperative_cancel" -> {
        // Until it is interrupted.
        new CountDownLatch(1).await();
        yield Outcome.done();
      }
      case "error" -> throw new IllegalStateException(RETRYABLE);
      case "output" -> {
        context.recordOutput(Json.object("message", Json.text(args.message())));
        yield Outcome.done();
      }
      case "resumable_cursor" -> steps(context);
      case "sleep" -> {
        Thread.sleep(duration);
        yield Outcome.done();
      }
      case "snooze_once" ->
          JsonObjects.members(context.job().metadata()).containsKey("snoozes")
              ? Outcome.done()
              : Outcome.snooze(duration);
      default -> throw new IllegalArgumentException("no behavior \"" + args.behavior() + '"');
    };
  }

  /**
   * Three steps. The first attempt fails in the second, with the cursor 7, and the second attempt
   * in the third. The metadata tell which attempt did the first step, and what cursor came back.
   */
  private Outcome steps(WorkContext<ConformanceArgs> context) throws Exception {
    int attempt = context.job().attempt();
    Steps steps = context.steps();
    steps.step(
        "first",
        () -> {
          listener.step(context, "first", null);
          context.setMetadata("first_attempt", String.valueOf(attempt));
        });
    steps.stepWithCursor(
        "second",
        cursor -> {
          listener.step(context, "second", cursor);
          if (attempt == 1) {
            steps.setCursor("7");
            throw new IllegalStateException(RETRYABLE);
          }
          if (cursor == null || !cursor.equals("7")) {
            throw new IllegalStateException("the cursor is " + cursor + ": it was left at 7");
          }
          context.setMetadata("cursor_observed", cursor);
        });
    steps.step(
        "third",
        () -> {
          listener.step(context, "third", null);
          if (attempt == 2) {
            throw new IllegalStateException(RETRYABLE);
          }
        });
    return Outcome.done();
  }
}
