package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.event.Definition;
import dev.gala.event.Emission;
import dev.gala.event.EmitOptions;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.event.ListenerId;
import dev.gala.event.LiveEvents;
import dev.gala.event.Topic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events that have not ended: to count, to delete, and what becomes of them without listeners. */
class LiveEventsTest {
  /** Of an operation. */
  record Change(String operation, int number) {}

  private static final Topic<Change> CHANGED = Topic.of("changed", Change.class);
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final EmitOptions LATER = EmitOptions.builder().delay(Duration.ofHours(1)).build();

  @RegisterExtension private final Durable durable = new Durable();

  @Test
  void theyAreCountedByTopicAndByMetadata() throws Exception {
    Gala gala = durable.gala();
    LiveEvents orders = gala.liveEvents(Order.PLACED);
    LiveEvents ofOne = gala.liveEventsWith("{\"properties\":{\"customer\":\"c-1\"}}");
    assertThat(orders.exist()).isFalse();
    assertThat(orders.count()).isZero();

    gala.emit(Order.PLACED, new Order("o-1", 1));
    gala.emit(Order.PLACED, new Order("o-2", 1), LATER);
    gala.emit(
        CHANGED,
        new Change("A", 1),
        EmitOptions.of(Headers.builder().property("customer", "c-1").build()));
    assertThat(orders.exist()).isTrue();
    assertThat(orders.count()).isEqualTo(2);
    assertThat(ofOne.exist()).isTrue();
    assertThat(ofOne.count()).isEqualTo(1);
    assertThat(gala.liveEventsWith("{}").count()).isEqualTo(3);

    rows().execute("update river_job set state = 'completed', finalized_at = now()");
    assertThat(orders.exist()).isFalse();
    assertThat(gala.liveEventsWith("{}").count()).isZero();
  }

  @Test
  void otherJobsThanEventsAreNoneOfThem() throws Exception {
    Gala gala = durable.gala();
    gala.emit(Order.PLACED, new Order("o-1", 1));
    rows().execute("update river_job set kind = 'somebody_else'");
    assertThat(gala.liveEvents(Order.PLACED).exist()).isFalse();
    assertThat(gala.liveEventsWith("{}").purge(LIMIT)).isZero();
    assertThat(rows().jobs("true")).isEqualTo(1);
  }

  @Test
  void moreThanAPageIsDeletedInEveryState() throws Exception {
    Gala gala = durable.gala();
    gala.emitAll(
        IntStream.range(0, 450)
            .mapToObj(i -> Emission.of(Order.PLACED, new Order("o-" + i, i)))
            .toList());
    gala.emit(CHANGED, new Change("A", 1));
    rows().execute("update river_job set state = 'scheduled' where id % 4 = 1");
    rows().execute("update river_job set state = 'retryable' where id % 4 = 2");
    rows().execute("update river_job set state = 'pending' where id % 4 = 3");

    assertThat(gala.liveEvents(Order.PLACED).count()).isEqualTo(450);
    assertThat(gala.liveEvents(Order.PLACED).purge(LIMIT)).isEqualTo(450);
    assertThat(rows().jobs("true")).isEqualTo(1);
  }

  @Test
  void whatRunsIsToldToEndAndDeletedWithWhatItEmitted() throws Exception {
    Gala gala = durable.gala();
    var running = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    gala.on(
        Order.PLACED,
        "a",
        (event, context) -> {
          running.countDown();
          try {
            never.await();
          } catch (InterruptedException told) {
            gala.emit(Order.PLACED, new Order("successor", 1), LATER);
            throw told;
          }
        });
    gala.startWorkers();
    gala.emit(Order.PLACED, new Order("o-1", 1));
    Await.latch("the handler", running);

    assertThat(gala.liveEvents(Order.PLACED).purge(LIMIT)).isEqualTo(2);
    assertThat(rows().jobs("true")).isZero();
  }

  @Test
  void aHandlerThatHeedsNothingIsToldAndTheCallMayBeRepeated() throws Exception {
    durable.expectWarning("does not heed interruption");
    Gala gala = durable.gala();
    var running = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    gala.on(
        Order.PLACED,
        "a",
        (event, context) -> {
          running.countDown();
          Await.stubbornly(over);
        });
    gala.startWorkers();
    gala.emit(Order.PLACED, new Order("o-1", 1));
    Await.latch("the handler", running);

    assertThatThrownBy(() -> gala.liveEvents(Order.PLACED).purge(Duration.ZERO))
        .isInstanceOfSatisfying(
            GalaException.class,
            failure ->
                assertThat(failure.code()).isEqualTo(GalaError.RIVER_LISTENER_CLEANUP_FAILED))
        .hasMessageContaining("1 event(s)");
    over.countDown();
    gala.liveEvents(Order.PLACED).purge(LIMIT);
    assertThat(gala.liveEvents(Order.PLACED).exist()).isFalse();
  }

  @Test
  void withTheLastListenerItsEventsGo() throws Exception {
    Gala gala = durable.gala();
    ListenerId id = gala.on(Order.PLACED, "a", (event, context) -> {});
    gala.emit(Order.PLACED, new Order("o-1", 1));
    gala.emit(Order.PLACED, new Order("o-2", 1), LATER);
    gala.emit(CHANGED, new Change("A", 1));

    assertThat(gala.removeListeners(List.of(id), LIMIT)).isEqualTo(2);
    assertThat(gala.interestedIn(Order.PLACED, "")).isFalse();
    assertThat(rows().column("select metadata ->> 'topic' from river_job"))
        .containsExactly("changed");
    assertThat(gala.removeListeners(List.of(id, ListenerId.random()), LIMIT)).isZero();
  }

  @Test
  void whatAnotherListenerWantsStays() throws Exception {
    Gala gala = durable.gala();
    ListenerId all = gala.on(CHANGED, "all", (event, context) -> {});
    gala.register(
        List.of(
            Definition.builder(CHANGED, "some")
                .operations("B")
                .handler((event, context) -> {})
                .build()));
    gala.emit(CHANGED, new Change("A", 1));
    gala.emit(CHANGED, new Change("B", 2));
    gala.emit(CHANGED, new Change("B", 3));
    rows()
        .execute(
            "update river_job set metadata = metadata || '{\"gala:listener:some\": {\"state\":"
                + " \"succeeded\", \"attempt\": 1, \"at\": \"2026-01-02T03:04:05Z\", \"ms\": 1}}'"
                + " where id = (select max(id) from river_job)");

    assertThat(gala.removeListeners(List.of(all), LIMIT)).as("A, and B that is done").isEqualTo(2);
    assertThat(rows().jobs("true")).isEqualTo(1);
  }

  @Test
  void whatAListenerOfAnotherProcessMayWantStays() throws Exception {
    Gala other = durable.gala();
    other.on(Order.PLACED, "a", (event, context) -> {});
    other.on(Order.PLACED, "b", (event, context) -> {});
    other.emit(Order.PLACED, new Order("o-1", 1));

    Gala gala = durable.gala();
    ListenerId id = gala.on(Order.PLACED, "a", (event, context) -> {});
    assertThat(gala.removeListeners(List.of(id), LIMIT)).isZero();
    assertThat(rows().jobs("true")).isEqualTo(1);
  }

  @Test
  void anEventOfWhichOnlyTheMetadataNameTheTopicStays() throws Exception {
    Gala gala = durable.gala();
    ListenerId id = gala.on(Order.PLACED, "a", (event, context) -> {});
    gala.emit(CHANGED, new Change("A", 1));
    rows()
        .execute(
            "update river_job set metadata = metadata || '{\"topic\": \"order.placed\"}'::jsonb");
    assertThat(gala.removeListeners(List.of(id), LIMIT)).isZero();
    assertThat(rows().jobs("true")).isEqualTo(1);
  }

  @Test
  void aRemovalThatFailedMayBeRepeated() throws Exception {
    durable.expectWarning("does not heed interruption");
    Gala gala = durable.gala();
    var running = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    ListenerId id =
        gala.on(
            Order.PLACED,
            "a",
            (event, context) -> {
              running.countDown();
              Await.stubbornly(over);
            });
    gala.startWorkers();
    gala.emit(Order.PLACED, new Order("o-1", 1));
    Await.latch("the handler", running);
    gala.emit(Order.PLACED, new Order("o-2", 1), LATER);

    assertThatThrownBy(() -> gala.removeListeners(List.of(id), Duration.ZERO))
        .isInstanceOf(GalaException.class);
    assertThat(gala.interestedIn(Order.PLACED, "")).isFalse();
    over.countDown();
    gala.removeListeners(List.of(id), LIMIT);
    assertThat(gala.liveEvents(Order.PLACED).exist()).isFalse();
  }

  @Test
  void aLoopThatIsRemovedEndsInTheMiddleOfARun() throws Exception {
    Gala gala = durable.gala();
    var runs = new LinkedBlockingQueue<LoopTest.Sync>();
    var never = new CountDownLatch(1);
    ListenerId id =
        gala.register(List.of(LoopTest.definition(runs, (sync, context) -> wait(never))))
            .getFirst();
    gala.startWorkers();
    Await.next("a run", runs);

    gala.removeListeners(List.of(id), LIMIT);
    assertThat(rows().jobs("true")).isZero();
    gala.stopWorkers();
    gala.startWorkers();
    assertThat(gala.waitIdle(LIMIT)).isTrue();
    assertThat(rows().jobs("true")).as("nobody begins it again").isZero();
  }

  private static int wait(CountDownLatch latch) throws InterruptedException {
    latch.await();
    return 0;
  }

  private Rows rows() {
    return durable.rows();
  }
}
