package dev.gala.internal.dispatch;

import static dev.gala.internal.dispatch.Harness.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.event.Definition;
import dev.gala.event.Loop;
import dev.gala.event.Outcome;
import dev.gala.pool.Pool;
import dev.gala.schedule.Schedule;
import dev.gala.schedule.ScheduleState;
import dev.gala.spi.GalaMetrics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What metrics are told. */
final class MeterTest {
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final Harness harness = new Harness();

  private final GalaMetrics telling =
      new GalaMetrics() {
        @Override
        public void delivered(ListenerCall call) {
          assertThat(call.took()).isPositive();
          told.add(call.topic() + " " + call.listener() + (call.failed() ? " failed" : " went on"));
        }

        @Override
        public void gated(String topic, String listener) {
          told.add(topic + " " + listener + " gated");
        }

        @Override
        public void missing(String topic, String listener) {
          told.add(topic + " " + listener + " missing");
        }

        @Override
        public Runnable opened(Pool pool) {
          return () -> {};
        }
      };

  @Test
  void everyTurnIsToldWithHowItWent() {
    harness.rules = harness.rules.withMetrics(telling);
    harness.on("works", false);
    harness.on("fails", true);
    harness.on(
        Definition.builder(TOPIC, "snoozes")
            .outcomeHandler((event, context) -> Outcome.snooze(Duration.ofMinutes(1))));
    harness.on(
        Definition.builder(TOPIC, "cancels")
            .outcomeHandler((event, context) -> Outcome.cancel("enough")));
    harness.on(
        Definition.builder(TOPIC, "closed")
            .gate((event, context) -> false)
            .handler((event, context) -> harness.ran.add("closed")));
    harness.run();
    assertThat(told)
        .containsExactly(
            "topic works went on",
            "topic fails failed",
            "topic snoozes went on",
            "topic cancels went on",
            "topic closed gated");
  }

  /** It is cancelled, so that its next run comes by the schedule: no success for that. */
  @Test
  void aRunOfALoopThatFailsIsAFailure() {
    harness.rules = harness.rules.withMetrics(telling);
    var runs = new AtomicInteger();
    harness.on(
        Definition.builder(TOPIC, "loop")
            .loop(
                Loop.of(
                    Schedule.defaults(),
                    event -> ScheduleState.initial(),
                    (event, state) -> event,
                    (event, context) -> {
                      if (runs.incrementAndGet() == 1) {
                        throw new IllegalStateException("no network");
                      }
                      return 1;
                    })));
    assertThat(harness.run()).isInstanceOf(Verdict.Cancel.class);
    assertThat(harness.run()).isInstanceOf(Verdict.Done.class);
    assertThat(told).containsExactly("topic loop failed", "topic loop went on");
  }

  @Test
  void metricsThatThrowChangeNothing() {
    harness.rules =
        harness.rules.withMetrics(
            new GalaMetrics() {
              @Override
              public void delivered(ListenerCall call) {
                throw new AssertionError("broken");
              }

              @Override
              public void gated(String topic, String listener) {
                throw new IllegalStateException("broken");
              }

              @Override
              public void missing(String topic, String listener) {
                throw new IllegalStateException("broken");
              }

              @Override
              public Runnable opened(Pool pool) {
                return () -> {};
              }
            });
    harness.on("works", false);
    harness.on("works too", false);
    assertThat(harness.run()).isInstanceOf(Verdict.Done.class);
    assertThat(harness.ran).containsExactly("works", "works too");
  }

  @Test
  void aListenerWaitedForInVainIsToldOnce() {
    harness.rules = harness.rules.withMetrics(telling).withMissingListenerGrace(Duration.ZERO);
    assertThat(new Harness().run()).isInstanceOf(Verdict.Snooze.class);
    harness.registry.register(TOPIC);
    assertThat(harness.run()).isInstanceOf(Verdict.Done.class);
    assertThat(told).containsExactly("topic  missing");
  }
}
