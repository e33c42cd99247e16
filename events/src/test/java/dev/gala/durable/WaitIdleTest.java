package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.DispatchMode;
import dev.gala.event.EmitOptions;
import dev.gala.event.Outcome;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Waiting until all is done means the same in either mode. */
class WaitIdleTest {
  private static final Duration LONG = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofMillis(300);

  @RegisterExtension private final Durable durable = new Durable();

  private final AtomicInteger handled = new AtomicInteger();

  @ParameterizedTest
  @EnumSource
  void allThatIsDueIsDone(DispatchMode mode) throws Exception {
    Gala gala = gala(mode);
    gala.on(
        Order.PLACED,
        "a",
        (event, context) -> {
          handled.incrementAndGet();
          if (event.amount() > 0) {
            context.emit(Order.PLACED, new Order(event.id(), event.amount() - 1));
          }
        });
    gala.startWorkers();
    for (int i = 0; i < 10; i++) {
      gala.emit(Order.PLACED, new Order("o-" + i, 3));
    }
    assertThat(gala.waitIdle(LONG)).isTrue();
    assertThat(handled).hasValue(40);
    assertThat(gala.waitIdle(LONG)).as("and it stays so").isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsDueLaterDoesNotCount(DispatchMode mode) throws Exception {
    Gala gala = gala(mode);
    if (mode == DispatchMode.IN_MEMORY) {
      durable.expectWarning("delayed events in memory are dropped");
    }
    gala.onOutcome(
        Order.PLACED,
        "a",
        (event, context) -> {
          handled.incrementAndGet();
          return Outcome.snooze(Duration.ofHours(1));
        });
    gala.startWorkers();
    gala.emit(Order.PLACED, new Order("o-1", 1));
    gala.emit(
        Order.PLACED,
        new Order("o-2", 1),
        EmitOptions.builder().delay(Duration.ofHours(1)).build());
    assertThat(gala.waitIdle(LONG)).isTrue();
    assertThat(handled).hasValue(1);
  }

  @ParameterizedTest
  @EnumSource
  void whatRunsIsWaitedForAsLongAsTheTimeIs(DispatchMode mode) throws Exception {
    Gala gala = gala(mode);
    var running = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    gala.on(
        Order.PLACED,
        "a",
        (event, context) -> {
          running.countDown();
          over.await();
        });
    gala.startWorkers();
    gala.emit(Order.PLACED, new Order("o-1", 1));
    Await.latch("the handler", running);
    assertThat(gala.waitIdle(SHORT)).isFalse();
    assertThat(gala.waitIdle(Duration.ZERO)).isFalse();
    over.countDown();
    assertThat(gala.waitIdle(LONG)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(value = DispatchMode.class, names = "DURABLE")
  void whatIsDueAndNobodyWorksIsNotDone(DispatchMode mode) throws Exception {
    Gala gala = gala(mode);
    gala.emit(Order.PLACED, new Order("o-1", 1));
    assertThat(gala.waitIdle(SHORT)).isFalse();
    durable
        .rows()
        .execute("update river_job set state = 'retryable', scheduled_at = now() - interval '1 s'");
    assertThat(gala.waitIdle(SHORT)).isFalse();
    durable.rows().execute("update river_job set scheduled_at = now() + interval '1 hour'");
    assertThat(gala.waitIdle(LONG)).isTrue();
    durable.rows().execute("update river_job set state = 'available', queue = 'another'");
    assertThat(gala.waitIdle(LONG)).as("only the queues of the runtime").isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void withoutAnythingItIsIdle(DispatchMode mode) throws Exception {
    assertThat(gala(mode).waitIdle(LONG)).isTrue();
  }

  private Gala gala(DispatchMode mode) {
    return switch (mode) {
      case DURABLE -> durable.gala();
      case IN_MEMORY ->
          durable.gala(GalaConfig.builder().dispatchMode(DispatchMode.IN_MEMORY).workerCount(4));
    };
  }
}
