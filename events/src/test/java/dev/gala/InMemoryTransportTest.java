package dev.gala;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.event.DispatchMode;
import dev.gala.event.EmitOptions;
import dev.gala.event.Topic;
import dev.gala.pool.Pool;
import dev.gala.river.job.Durability;
import dev.gala.spi.GalaMetrics;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A runtime in memory: its settings, and its end. */
@Timeout(30)
class InMemoryTransportTest {
  record Ping(int n) {}

  private static final Topic<Ping> PINGS = Topic.of("pings", Ping.class);

  private final List<String> ran = new CopyOnWriteArrayList<>();

  /** Zero, and what no counter of nanoseconds can hold. */
  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void aCloseWithoutALimitLetsAllThatWasEmittedBeHandled(long seconds) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Gala gala =
        Gala.create(inMemory().workerCount(1).softStopTimeout(Duration.ofSeconds(seconds)).build());
    gala.on(
        PINGS,
        "a",
        (ping, context) -> {
          begun.countDown();
          release.await();
          ran.add("a" + ping.n());
        });
    gala.emit(PINGS, new Ping(1));
    gala.emit(PINGS, new Ping(2));
    begun.await();
    var closing = new FutureTask<>(gala::close, null);
    Thread closer = Thread.ofPlatform().start(closing);
    while (closer.getState() != Thread.State.TIMED_WAITING && !closing.isDone()) {
      Thread.onSpinWait();
    }
    release.countDown();
    closing.get();
    assertThat(ran).containsExactly("a1", "a2");
  }

  /** Nothing survives in memory: less of it is no difference. */
  @Test
  void anEventMayBeRelaxed() throws Exception {
    try (Gala gala = Gala.create(inMemory().build())) {
      gala.on(PINGS, "a", (ping, context) -> ran.add("a" + ping.n()));
      gala.emit(PINGS, new Ping(1), EmitOptions.builder().durability(Durability.RELAXED).build());
      assertThat(gala.waitIdle(Duration.ofSeconds(20))).isTrue();
    }
    assertThat(ran).containsExactly("a1");
  }

  @Test
  void aNegativeSoftStopTimeoutIsRefusedInMemoryToo() {
    assertThatThrownBy(inMemory().softStopTimeout(Duration.ofSeconds(-2))::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("gala configuration: softStopTimeout is PT-2S: give zero or more");
  }

  /** As with all that metrics are told. */
  @Test
  void metricsThatFailChangeNothing() {
    GalaMetrics broken = new Broken(false);
    for (GalaMetrics metrics : List.of(broken, new Broken(true))) {
      try (Gala gala =
          Gala.create(
              inMemory()
                  .metrics(metrics)
                  .softStopTimeout(ChronoUnit.HOURS.getDuration())
                  .build())) {
        gala.on(PINGS, "a", (ping, context) -> ran.add("a" + ping.n()));
        gala.emit(PINGS, new Ping(1));
      }
    }
    assertThat(ran).containsExactly("a1", "a1");
  }

  private static GalaConfig.Builder inMemory() {
    return GalaConfig.builder().dispatchMode(DispatchMode.IN_MEMORY);
  }

  /**
   * Throws whatever it is told.
   *
   * @param opens whether it fails at a pool's end only
   */
  private record Broken(boolean opens) implements GalaMetrics {
    @Override
    public void delivered(ListenerCall call) {
      throw new IllegalStateException("broken metrics");
    }

    @Override
    public void gated(String topic, String listener) {
      throw new IllegalStateException("broken metrics");
    }

    @Override
    public void missing(String topic, String listener) {
      throw new IllegalStateException("broken metrics");
    }

    @Override
    public Runnable opened(Pool pool) {
      Runnable closed =
          () -> {
            throw new IllegalStateException("broken metrics of " + pool.name());
          };
      if (!opens) {
        closed.run();
      }
      return closed;
    }
  }
}
