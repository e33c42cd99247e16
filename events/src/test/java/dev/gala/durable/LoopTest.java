package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.event.Definition;
import dev.gala.event.EmitOptions;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.HandlerContext;
import dev.gala.event.Headers;
import dev.gala.event.Loop;
import dev.gala.event.LoopHandler;
import dev.gala.event.Renames;
import dev.gala.event.Topic;
import dev.gala.event.Versions;
import dev.gala.schedule.Schedule;
import dev.gala.schedule.ScheduleState;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Loops on a database. */
class LoopTest {
  /** A run of one customer's loop. */
  record Sync(String customer, ScheduleState schedule) {
    Sync(String customer) {
      this(customer, ScheduleState.initial());
    }

    Sync at(ScheduleState state) {
      return new Sync(customer, state);
    }
  }

  private static final Topic<Sync> SYNC =
      Topic.of("sync", Sync.class).uniqueBy(sync -> "sync:" + sync.customer());
  private static final String LIVE = "state not in ('completed', 'cancelled', 'discarded')";
  private static final Schedule HOURLY =
      new Schedule(Duration.ofHours(1), Duration.ofHours(8), 2.0, 100);

  /** One seeded loop that notes its runs. */
  static Definition<Sync> definition(Queue<Sync> runs, LoopHandler<Sync> handler) {
    return Definition.ofLoop(
        SYNC,
        "loop",
        Loop.of(
                HOURLY,
                Sync::schedule,
                Sync::at,
                (Sync sync, HandlerContext context) -> {
                  runs.add(sync);
                  return handler.run(sync, context);
                })
            .seededWith(List.of(new Sync("c-1"))));
  }

  @RegisterExtension private final Durable durable = new Durable();

  private final BlockingQueue<Sync> runs = new LinkedBlockingQueue<>();

  @Test
  void aLoopBeginsByItselfAndGoesOnAsItsRunsSay() throws Exception {
    Gala gala = durable.gala();
    var deltas = new LinkedBlockingQueue<>(List.of(0, 0, 5, 1000));
    attach(gala, seeded(HOURLY, (sync, context) -> deltas.take(), "c-1"));
    gala.startWorkers();

    for (int cycle = 0; cycle < 4; cycle++) {
      assertThat(Await.next("a run", runs).schedule().cycle()).isEqualTo(cycle);
      awaitWaiting(1);
      rows().hurry();
    }
    Sync last = Await.next("the last run", runs);
    assertThat(last.schedule().interval()).isEqualTo(Duration.ofHours(1));
    assertThat(
            rows()
                .column(
                    "select round(extract(epoch from scheduled_at - created_at) / 3600)::text"
                        + " from river_job where state = 'completed' order by id"))
        .hasSize(4);
    deltas.add(0);
    awaitWaiting(1);
    assertThat(rows().jobs("true")).isEqualTo(6);
    assertThat(
            rows()
                .value(
                    "select round(extract(epoch from scheduled_at - created_at) / 3600)::text"
                        + " from river_job where state = 'scheduled'"))
        .isEqualTo("2");
  }

  @Test
  void aRunThatFailsIsCancelledAndTheLoopGoesOn() throws Exception {
    durable.expectWarning("a run of loop");
    Gala gala = durable.gala();
    attach(
        gala,
        seeded(
            HOURLY,
            (sync, context) -> {
              throw new IllegalStateException("no answer");
            },
            "c-1"));
    gala.startWorkers();
    for (int errors = 0; errors < 3; errors++) {
      assertThat(Await.next("a run", runs).schedule().errorStreak()).isEqualTo(errors);
      awaitWaiting(1);
      rows().hurry();
    }
    Await.next("the last run", runs);
    awaitWaiting(1);
    rows()
        .await(
            "all before are cancelled",
            "(select count(*) = 4 from river_job where state = 'cancelled')");
  }

  @Test
  void anyNumberOfProcessesBeginEachLoopOnce() throws Exception {
    var start = new CountDownLatch(1);
    var starters = new java.util.ArrayList<Thread>();
    for (int i = 0; i < 5; i++) {
      Gala gala = durable.gala(durable.config().workerCount(2));
      attach(gala, seeded(HOURLY, (sync, context) -> 0, "c-1", "c-2", "c-3"));
      starters.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    Await.stubbornly(start);
                    gala.startWorkers();
                  }));
    }
    start.countDown();
    for (Thread starter : starters) {
      starter.join();
    }
    for (int i = 0; i < 3; i++) {
      Await.next("a first run", runs);
    }
    awaitWaiting(3);
    assertThat(runs).isEmpty();
    assertThat(rows().jobs("true")).isEqualTo(6);
  }

  @Test
  void aLoopThatDiedBeginsAgainWhenWorkersStart() throws Exception {
    Gala gala = durable.gala();
    attach(gala, seeded(HOURLY, (sync, context) -> 0, "c-1"));
    gala.startWorkers();
    Await.next("the first run", runs);
    awaitWaiting(1);
    gala.stopWorkers();
    rows().execute("update river_job set state = 'discarded', finalized_at = now()");

    gala.startWorkers();
    assertThat(Await.next("a run", runs).schedule().cycle()).isZero();
    awaitWaiting(1);
    gala.stopWorkers();
    gala.startWorkers();
    gala.stopWorkers();
    assertThat(rows().jobs("true")).isEqualTo(4);
  }

  @Test
  void aLoopBegunTwiceIsOneAgain() throws Exception {
    durable.expectWarning("was begun more than once");
    Gala gala = durable.gala();
    attach(gala, loop(HOURLY, (sync, context) -> 0));
    gala.startWorkers();
    gala.emit(SYNC, new Sync("c-1"));
    Await.next("its run", runs);
    awaitWaiting(1);
    gala.emit(SYNC, new Sync("c-1"));
    Await.next("the run of the other", runs);
    awaitWaiting(2);

    gala.stopWorkers();
    gala.startWorkers();
    awaitWaiting(1);
    rows().hurry();
    Await.next("a run of the one that is left", runs);
    awaitWaiting(1);
    assertThat(runs).isEmpty();
  }

  @Test
  void aScheduleThatBecameShorterCountsAtOnce() throws Exception {
    Gala before = durable.gala();
    attach(
        before, seeded(HOURLY.withMinInterval(Duration.ofHours(8)), (sync, context) -> 0, "c-1"));
    before.startWorkers();
    Await.next("the first run", runs);
    awaitWaiting(1);
    before.close();

    Gala after = durable.gala();
    Schedule shorter = new Schedule(Duration.ofMinutes(5), Duration.ofMinutes(10), 2.0, 100);
    attach(after, seeded(shorter, (sync, context) -> 0, "c-1"));
    after.startWorkers();
    assertThat(Await.next("a run", runs).schedule().cycle()).isEqualTo(1);
    awaitWaiting(1);
    assertThat(
            rows()
                .value(
                    "select (scheduled_at < now() + interval '11 min')::text from river_job where "
                        + LIVE))
        .isEqualTo("true");
  }

  @Test
  void aLoopAttachedWhileWorkersRunBeginsAtOnce() throws Exception {
    Gala gala = durable.gala();
    gala.startWorkers();
    attach(gala, seeded(HOURLY, (sync, context) -> 0, "c-1"));
    Await.next("the first run", runs);
    awaitWaiting(1);
  }

  /** Else it would be begun anew at each look, as long as both releases run. */
  @Test
  void aLoopWhoseRunOnlyANewerReleaseCanReadIsNotBegun() throws Exception {
    Gala gala = durable.gala();
    attach(gala, seeded(HOURLY, (sync, context) -> 0, "c-1", "c-2"));
    gala.emit(
        SYNC,
        new Sync("c-1"),
        EmitOptions.builder()
            .headers(
                Headers.builder()
                    .property(Versions.PROPERTY, "2")
                    .uniqueKey("sync:c-1:incarnation:i-1:cycle:7")
                    .build())
            .delay(Duration.ofHours(1))
            .build());
    gala.startWorkers();
    assertThat(Await.next("the first run of the other", runs).customer()).isEqualTo("c-2");
    awaitWaiting(2);
    assertThat(rows().jobs("true")).isEqualTo(3);
  }

  @Test
  void aLoopThatDiedBeginsAgainUnderTheNewNameOfItsTopic() throws Exception {
    Gala before = durable.gala();
    attach(before, seeded(HOURLY, (sync, context) -> 0, "c-1"));
    before.startWorkers();
    Await.next("the first run", runs);
    awaitWaiting(1);
    before.close();
    rows().execute("delete from river_job where state = 'scheduled'");

    Gala after = durable.gala(durable.config().renames(Renames.none().topic("sync", "crm.sync")));
    Topic<Sync> renamed =
        Topic.of("crm.sync", Sync.class).uniqueBy(sync -> "sync:" + sync.customer());
    after.register(
        List.of(Definition.ofLoop(renamed, "loop", seeded(HOURLY, (sync, context) -> 0, "c-1"))));
    after.startWorkers();
    assertThat(Await.next("a first run", runs).schedule().cycle()).isZero();
    awaitWaiting(1);
  }

  @Test
  void seedsThatCannotBeToldHarmNoOtherLoop() throws Exception {
    durable.expectWarning("could not be looked after");
    Gala gala = durable.gala();
    Topic<Sync> broken = Topic.of("broken", Sync.class);
    gala.register(
        List.of(
            Definition.ofLoop(
                broken,
                "loop",
                loop(HOURLY, (sync, context) -> 0)
                    .seededBy(
                        () -> {
                          throw new AssertionError("no list of customers");
                        }))));
    attach(gala, seeded(HOURLY, (sync, context) -> 0, "c-1"));
    gala.startWorkers();
    Await.next("the first run of the other", runs);
    awaitWaiting(1);
  }

  @Test
  void aTopicHasOneLoop() {
    Gala gala = durable.gala();
    attach(gala, loop(HOURLY, (sync, context) -> 0));
    assertThatThrownBy(
            () ->
                gala.register(
                    List.of(Definition.ofLoop(SYNC, "other", loop(HOURLY, (sync, context) -> 0)))))
        .isInstanceOfSatisfying(
            GalaException.class,
            failure -> assertThat(failure.code()).isEqualTo(GalaError.LISTENER_ALREADY_ATTACHED))
        .hasMessageContaining("has a loop already");
  }

  @Test
  void inMemoryALoopIsNotAttached() {
    try (Gala gala = Gala.inMemory()) {
      assertThat(
              gala.register(
                  List.of(Definition.ofLoop(SYNC, "loop", loop(HOURLY, (sync, context) -> 0)))))
          .hasSize(1);
      assertThat(gala.interestedIn(SYNC, "")).isFalse();
      gala.emit(SYNC, new Sync("c-1"));
    }
    assertThat(runs).isEmpty();
  }

  private void attach(Gala gala, Loop<Sync> loop) {
    gala.register(List.of(Definition.ofLoop(SYNC, "loop", loop)));
  }

  private Loop<Sync> seeded(Schedule schedule, LoopHandler<Sync> handler, String... customers) {
    return loop(schedule, handler).seededWith(List.of(customers).stream().map(Sync::new).toList());
  }

  private Loop<Sync> loop(Schedule schedule, LoopHandler<Sync> handler) {
    return Loop.of(
        schedule,
        Sync::schedule,
        Sync::at,
        (sync, context) -> {
          runs.add(sync);
          return handler.run(sync, context);
        });
  }

  /** Waits until nothing runs, and so many next runs wait for their time. */
  private void awaitWaiting(int count) throws Exception {
    rows()
        .await(
            count + " waiting runs",
            "(select count(*) filter (where state = 'scheduled') = %d and count(*) = %d from river_job where %s)"
                .formatted(count, count, LIVE));
  }

  private Rows rows() {
    return durable.rows();
  }
}
