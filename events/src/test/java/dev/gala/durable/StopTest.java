package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.event.Definition;
import dev.gala.event.EmitOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stopping the workers while listeners run, and starting them again. */
class StopTest {
  private static final Set<Thread.State> WAITING =
      Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

  private static final Order ORDER = new Order("o-1", 42);

  @RegisterExtension private final Durable durable = new Durable();

  private final Map<String, Integer> runs = new ConcurrentHashMap<>();

  @Test
  void aListenerThatEndsInTimeEndsItsJob() throws Exception {
    var running = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    Gala gala = durable.gala();
    gala.on(
        Order.PLACED,
        "slow",
        (event, context) -> {
          ran("slow");
          running.countDown();
          Await.latch("leave to go on", go);
          assertThat(context.cancelled()).isFalse();
        });
    gala.on(Order.PLACED, "next", (event, context) -> ran("next"));
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER);
    Await.latch("the listener", running);
    Thread stopping = Thread.ofPlatform().start(gala::stopWorkers);
    Await.until("the stop to wait", () -> WAITING.contains(stopping.getState()));
    go.countDown();
    stopping.join(Await.DEADLINE);
    assertThat(rows().value("select state::text || attempt from river_job"))
        .as("written when the stop returns")
        .isEqualTo("completed1");
    assertThat(runs).isEqualTo(Map.of("slow", 1, "next", 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 25})
  void aListenerThatRunsLongerIsInterruptedAndComesBackWithNoAttemptUsed(int maxAttempts)
      throws Exception {
    var running = new CountDownLatch(1);
    var told = new AtomicBoolean();
    var exhausted = new AtomicInteger();
    Gala gala = durable.gala(durable.config().softStopTimeout(Duration.ofMillis(30)));
    gala.on(Order.PLACED, "before", (event, context) -> ran("before"));
    gala.register(
        List.of(
            Definition.builder(Order.PLACED, "slow")
                .handler(
                    (event, context) -> {
                      if (ran("slow") == 1) {
                        running.countDown();
                        try {
                          new CountDownLatch(1).await();
                        } finally {
                          told.set(context.cancelled());
                        }
                      }
                    })
                .onExhausted((event, context, failure) -> exhausted.incrementAndGet())
                .build()));
    gala.on(Order.PLACED, "after", (event, context) -> ran("after"));
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER, EmitOptions.builder().maxAttempts(maxAttempts).build());
    Await.latch("the listener", running);
    gala.stopWorkers();

    assertThat(told).isTrue();
    assertThat(rows().value("select state::text || attempt || (errors is null) from river_job"))
        .isEqualTo("available0true");
    assertThat(marks()).containsExactly("before succeeded");
    assertThat(runs).isEqualTo(Map.of("before", 1, "slow", 1));
    assertThat(exhausted).as("onExhausted").hasValue(0);

    gala.startWorkers();
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("before", 1, "slow", 2, "after", 1));
    assertThat(rows().value("select attempt::text || (errors is null) from river_job"))
        .isEqualTo("1true");
    assertThat(exhausted).hasValue(0);
  }

  /** Nothing is left to run after the one interrupted: the other way through the rules. */
  @ParameterizedTest
  @ValueSource(ints = {1, 25})
  void theLastListenerInterruptedComesBackToo(int maxAttempts) throws Exception {
    var running = new CountDownLatch(1);
    var exhausted = new AtomicInteger();
    Gala gala = durable.gala(durable.config().softStopTimeout(Duration.ofMillis(30)));
    gala.on(Order.PLACED, "before", (event, context) -> ran("before"));
    gala.register(
        List.of(
            Definition.builder(Order.PLACED, "slow")
                .handler(
                    (event, context) -> {
                      if (ran("slow") == 1) {
                        running.countDown();
                        new CountDownLatch(1).await();
                      }
                    })
                .onExhausted((event, context, failure) -> exhausted.incrementAndGet())
                .build()));
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER, EmitOptions.builder().maxAttempts(maxAttempts).build());
    Await.latch("the listener", running);
    gala.stopWorkers();
    assertThat(rows().value("select state::text || attempt || (errors is null) from river_job"))
        .isEqualTo("available0true");
    assertThat(exhausted).as("onExhausted").hasValue(0);
    assertThat(marks()).containsExactly("before succeeded");
    gala.startWorkers();
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("before", 1, "slow", 2));
  }

  @Test
  void aListenerThatReturnsWhenInterruptedHasSucceeded() throws Exception {
    var running = new CountDownLatch(1);
    Gala gala = durable.gala(durable.config().softStopTimeout(Duration.ofMillis(30)));
    gala.on(
        Order.PLACED,
        "tidy",
        (event, context) -> {
          ran("tidy");
          running.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            ran("tidied up");
          }
        });
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER);
    Await.latch("the listener", running);
    gala.stopWorkers();
    assertThat(rows().value("select state::text || attempt from river_job"))
        .isEqualTo("completed1");
    assertThat(runs).isEqualTo(Map.of("tidy", 1, "tidied up", 1));
  }

  /** One that heeds nothing cannot hold the stop up either. */
  @Test
  void aListenerThatHeedsNothingIsLeftBehindByAStop() throws Exception {
    var running = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    Gala gala = durable.gala(durable.config().softStopTimeout(Duration.ofMillis(30)));
    gala.on(
        Order.PLACED,
        "stubborn",
        (event, context) -> {
          running.countDown();
          Await.stubbornly(release);
        });
    gala.startWorkers();
    durable.expectWarning("does not heed interruption");
    gala.emit(Order.PLACED, ORDER);
    Await.latch("the listener", running);
    try {
      gala.stopWorkers();
      assertThat(rows().value("select state::text || attempt || (errors is null) from river_job"))
          .isEqualTo("available0true");
    } finally {
      release.countDown();
    }
  }

  @Test
  void aHandlerMayStopTheWorkersItself() throws Exception {
    var stopped = new CountDownLatch(1);
    Gala gala = durable.gala(durable.config().softStopTimeout(Duration.ofMillis(30)));
    gala.on(
        Order.PLACED,
        "last one",
        (event, context) -> {
          ran("last one");
          gala.stopWorkers();
          stopped.countDown();
        });
    gala.startWorkers();
    durable.expectWarning("does not heed interruption");
    gala.emit(Order.PLACED, ORDER);
    Await.latch("the stop", stopped);
    assertThat(rows().value("select state from river_job")).isEqualTo("available");
    assertThat(Durable.threads()).noneMatch(name -> name.startsWith("gala-fetch"));
  }

  /** Nobody told it what came while it was stopped, and its next poll is an hour away. */
  @Test
  void whatCameWhileStoppedIsHandledAtTheStart() throws Exception {
    Gala worker =
        durable.gala(durable.config().fetchPollInterval(Duration.ofHours(1)).workerCount(1));
    worker.on(Order.PLACED, "recorder", (event, context) -> ran(event.id()));
    worker.startWorkers();
    Gala emitter = durable.gala();
    emitter.emit(Order.PLACED, new Order("1", 1));
    rows().awaitState("completed");
    worker.stopWorkers();
    worker.stopWorkers();
    emitter.emit(Order.PLACED, new Order("2", 1));
    worker.startWorkers();
    worker.startWorkers();
    rows().await("both", "(select bool_and(state = 'completed') from river_job)");
    assertThat(runs).isEqualTo(Map.of("1", 1, "2", 1));
  }

  @Test
  void aStopWithoutEndOfPatienceWaitsAndStops() throws Exception {
    Gala gala =
        durable.gala(
            durable
                .config()
                .softStopTimeout(Duration.ofSeconds(Long.MAX_VALUE))
                .jobTimeout(Duration.ofSeconds(Long.MAX_VALUE))
                .missingListenerGrace(Duration.ofSeconds(Long.MAX_VALUE))
                .fetchPollInterval(Duration.ofSeconds(Long.MAX_VALUE)));
    gala.on(Order.PLACED, "recorder", (event, context) -> ran(event.id()));
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER);
    rows().awaitState("completed");
    gala.stopWorkers();
    assertThat(Durable.threads()).noneMatch(name -> name.startsWith("gala-fetch"));
    assertThat(runs).isEqualTo(Map.of("o-1", 1));
  }

  private int ran(String listener) {
    return runs.merge(listener, 1, Integer::sum);
  }

  private Rows rows() {
    return durable.rows();
  }

  private List<String> marks() throws Exception {
    return rows()
        .column(
            "select substr(key, 15) || ' ' || (metadata #>> array[key, 'state'])"
                + " from river_job, jsonb_object_keys(metadata) key"
                + " where key like 'gala:listener:%' order by key");
  }
}
