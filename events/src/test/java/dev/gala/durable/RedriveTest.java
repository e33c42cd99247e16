package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.Definition;
import dev.gala.event.EmitReceipt;
import dev.gala.event.EventId;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Loop;
import dev.gala.event.Namespace;
import dev.gala.event.Topic;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverException;
import dev.gala.schedule.Schedule;
import dev.gala.schedule.ScheduleState;
import dev.gala.stored.EventPage;
import dev.gala.stored.EventQuery;
import dev.gala.stored.ListenerState;
import dev.gala.stored.Redrive;
import dev.gala.stored.RedriveReport;
import dev.gala.stored.RedriveResult;
import dev.gala.stored.Refusal;
import dev.gala.stored.StoredEvent;
import dev.gala.stored.StoredListener;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events that ended are looked at, and handled again. */
class RedriveTest {
  private static final Order ORDER = new Order("o-1", 42);

  @RegisterExtension private final Durable durable = new Durable();

  /** A run of a loop. */
  record Beat(ScheduleState schedule) {}

  private final Map<String, Integer> runs = new ConcurrentHashMap<>();
  private final Set<String> broken = ConcurrentHashMap.newKeySet();

  @Test
  void onlyTheListenerThatFailedForGoodRunsAgain() throws Exception {
    rows().execute("create table effect (what text)");
    Gala gala = listening("mail", "search");
    gala.onTransactional(
        Order.PLACED,
        "ledger",
        (event, context, connection) -> {
          try (var statement = connection.createStatement()) {
            statement.execute("insert into effect values ('once')");
          }
        });
    broken.add("mail");
    gala.startWorkers();
    EventId id = gala.emit(Order.PLACED, ORDER).eventId();
    rows().awaitState("discarded");
    StoredEvent failed = gala.events().show(id).getFirst();
    assertThat(failed.state()).isEqualTo(JobState.DISCARDED);
    assertThat(states(failed)).isEqualTo("mail FAILED, search DONE, ledger DONE");
    assertThat(failed.listener("mail").errors().getFirst().message()).isEqualTo("no mail");
    assertThat(failed.envelope().payload()).isEqualTo("{\"id\":\"o-1\",\"amount\":42}");

    broken.clear();
    RedriveReport report = gala.events().redrive(Redrive.of(id).build());
    assertThat(report.results())
        .containsExactly(new RedriveResult(id, failed.jobId(), List.of("mail"), null));
    assertThat(List.of(report.matched(), report.redriven())).containsExactly(1L, 1L);
    rows().awaitState("completed");

    assertThat(runs).isEqualTo(Map.of("mail", 2, "search", 1));
    assertThat(rows().column("select what from effect")).containsExactly("once");
    StoredEvent done = gala.events().show(id).getFirst();
    assertThat(states(done)).isEqualTo("mail DONE, search DONE, ledger DONE");
    assertThat(done.jobId()).isEqualTo(failed.jobId());
    assertThat(done.redrivenAt()).isNotNull();
    assertThat(done.attempt()).isEqualTo(2);
    refused(gala, Redrive.of(id), Refusal.DONE);
  }

  /** What failed beside it has failed still, and can be redriven later. */
  @Test
  void oneOfTwoThatFailedIsRedrivenAlone() throws Exception {
    Gala gala = listening("a", "b", "c");
    broken.addAll(List.of("a", "b"));
    gala.startWorkers();
    EventId id = gala.emit(Order.PLACED, ORDER).eventId();
    rows().awaitState("discarded");
    broken.clear();
    gala.events().redrive(Redrive.of(id).listener("a").build());
    awaitRuns("a", 2);
    rows().awaitState("discarded");
    assertThat(states(gala.events().show(id).getFirst())).isEqualTo("a DONE, b FAILED, c DONE");

    gala.events().redrive(Redrive.of(id).build());
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("a", 2, "b", 2, "c", 1));
  }

  /** A handled event is handled again only by who is named, and only if that is said. */
  @Test
  void whatIsDoneIsDoneAgainWhereThatIsAskedFor() throws Exception {
    Gala gala = listening("a", "b");
    gala.startWorkers();
    EventId id = gala.emit(Order.PLACED, ORDER).eventId();
    rows().awaitState("completed");
    refused(gala, Redrive.of(id), Refusal.DONE);
    refused(gala, Redrive.of(id).listener("a"), Refusal.DONE);
    refused(gala, Redrive.of(id).listener("typo"), Refusal.NO_SUCH_LISTENER);

    broken.add("a");
    gala.events().redrive(Redrive.of(id).listener("a").withDone(true).build());
    awaitRuns("a", 2);
    rows().awaitState("discarded");
    assertThat(states(gala.events().show(id).getFirst())).isEqualTo("a FAILED, b DONE");

    broken.clear();
    gala.events().redrive(Redrive.of(id).build());
    rows().awaitState("completed");
    assertThat(runs.get("b")).isEqualTo(1);
    gala.events().redrive(Redrive.of(id).withDone(true).build());
    awaitRuns("b", 2);
    rows().awaitState("completed");
  }

  /** The grace for those that are not here begins anew. */
  @Test
  void anEventThatEndedWithoutAListenerIsHandledByItLater() throws Exception {
    Gala first =
        listening(durable.config().missingListenerGrace(Duration.ofMillis(1)), "a", "late");
    EventId id = first.emit(Order.PLACED, ORDER).eventId();
    durable.expectWarning("ends without listeners [late]");
    Gala without = listening(durable.config().missingListenerGrace(Duration.ofMillis(1)), "a");
    without.startWorkers();
    rows().awaitState("completed");
    without.stopWorkers();
    assertThat(states(first.events().show(id).getFirst())).isEqualTo("a DONE, late MISSING");
    EventQuery missing = EventQuery.builder().listenerStates(Set.of(ListenerState.MISSING)).build();
    assertThat(first.events().list(missing).events()).hasSize(1);

    RedriveReport report =
        first.events().redrive(Redrive.builder().topic(Order.PLACED.name()).build());
    assertThat(report.results().getFirst().listeners()).containsExactly("late");
    listening("a", "late").startWorkers();
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("a", 1, "late", 1));
    assertThat(states(first.events().show(id).getFirst())).isEqualTo("a DONE, late DONE");
  }

  @Test
  void whatHasNotEndedAndWhatIsNotThereIsLeftAlone() throws Exception {
    Gala gala = listening("a");
    EventId id = gala.emit(Order.PLACED, ORDER).eventId();
    refused(gala, Redrive.of(id), Refusal.NOT_ENDED);
    refused(gala, Redrive.of(EventId.of("none")), Refusal.UNKNOWN);
    assertThat(gala.events().show(EventId.of("none"))).isEmpty();
    assertThat(
            gala.events()
                .redrive(Redrive.builder().topic(Order.PLACED.name()).withDone(true).build())
                .matched())
        .isZero();
  }

  @Test
  void aCancelledEventIsRedrivenWhereThatIsSaid() throws Exception {
    Gala gala = listening("a");
    EventId id = gala.emit(Order.PLACED, ORDER).eventId();
    rows()
        .execute(
            "update river_job set state = 'cancelled', finalized_at = now(),"
                + " metadata = metadata || '{\"cancel_attempted_at\": \"now\"}'");
    refused(gala, Redrive.of(id), Refusal.CANCELLED);
    assertThat(gala.events().redrive(Redrive.of(id).withCancelled(true).build()).redriven())
        .isEqualTo(1);
    assertThat(rows().value("select metadata ?? 'cancel_attempted_at' from river_job"))
        .isEqualTo("f");
    gala.startWorkers();
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("a", 1));
  }

  /** More than a page, of which each is restarted in one statement. */
  @Test
  void aWindowOfManyIsGoneThroughByPages() throws Exception {
    Gala gala = listening("a");
    gala.emit(Order.PLACED, ORDER);
    rows()
        .execute(
            "update river_job set state = 'discarded', finalized_at = now(), attempt = 3,"
                + " max_attempts = 3, attempted_at = now(),"
                + " errors = array[jsonb_build_object('at', now(), 'attempt', 3, 'trace', '',"
                + " 'error', 'gala: listener \"a\" execution failed: no')]");
    for (int i = 0; i < 9; i++) {
      rows()
          .execute(
              "insert into river_job (args, attempt, attempted_at, created_at, errors, finalized_at,"
                  + " kind, max_attempts, metadata, queue, scheduled_at, state)"
                  + " select args, attempt, attempted_at, created_at - interval '1 h', errors,"
                  + " finalized_at, kind, max_attempts, metadata, queue, scheduled_at, state"
                  + " from river_job");
    }
    rows().execute("update river_job set state = 'completed' where id % 64 = 0");
    Instant now = Instant.now();
    Redrive.Builder window =
        Redrive.builder().topic(Order.PLACED.name()).since(now.minus(Duration.ofMinutes(630)));
    assertThat(gala.events().preview(window.build()).redriven()).isEqualTo(504);
    assertThat(gala.events().preview(window.listener("a").build()).redriven()).isEqualTo(504);
    RedriveReport none = gala.events().preview(window.listener("b").build());
    assertThat(none.refused()).isEqualTo(Map.of(Refusal.NO_SUCH_LISTENER, 504L));
    assertThat(rows().jobs("state = 'available'")).as("previews change nothing").isZero();

    window.listener("a").until(now.minus(Duration.ofMinutes(30)));
    RedriveReport some = gala.events().redrive(window.limit(300).build());
    assertThat(List.of(some.matched(), some.redriven())).containsExactly(300L, 300L);
    RedriveReport rest = gala.events().redrive(window.limit(1_000).build());
    assertThat(rest.redriven()).isEqualTo(203);
    assertThat(gala.events().redrive(window.build()).matched()).as("nothing is left").isZero();
    assertThat(rows().jobs("state = 'available' and max_attempts = 4")).isEqualTo(503);
    assertThat(rows().jobs("state = 'discarded'")).as("the newest, out of the window").isOne();
  }

  /** It was free when it was looked at, and taken before the row could have it. */
  @Test
  void whoseKeyIsTakenMeanwhileHoldsUpNoOther() throws Exception {
    Topic<Order> unique = Topic.of("order.unique", Order.class).uniqueBy(Order::id);
    Gala gala = durable.gala();
    gala.emit(unique, ORDER);
    gala.emit(unique, new Order("o-2", 1));
    rows().execute("update river_job set state = 'discarded', finalized_at = now()");
    Redrive all = Redrive.builder().topic(unique.name()).build();
    var report = new CompletableFuture<RedriveReport>();
    try (Connection connection = durable.database().connect()) {
      connection.setAutoCommit(false);
      gala.in(connection).emit(unique, ORDER);
      Thread.ofVirtual().start(() -> report.complete(gala.events().redrive(all)));
      rows()
          .await(
              "the redrive to meet it",
              "exists (select from pg_stat_activity where datname = current_database()"
                  + " and wait_event_type = 'Lock')");
      connection.commit();
    }
    RedriveReport done = report.get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
    assertThat(done.redriven()).isEqualTo(1);
    assertThat(done.refused()).isEqualTo(Map.of(Refusal.KEY_HELD, 1L));
    assertThat(rows().jobs("state = 'available'")).as("the new one, and the other").isEqualTo(2);
  }

  @Test
  void whatTheDatabaseRefusesHoldsUpNoOther() throws Exception {
    Gala gala = durable.gala();
    for (int i = 0; i < 3; i++) {
      gala.emit(Order.PLACED, ORDER);
    }
    rows().execute("update river_job set state = 'discarded', finalized_at = now()");
    rows()
        .execute(
            "create function refuse() returns trigger language plpgsql as $$ begin"
                + " raise exception 'not this one' using errcode = '23514'; end $$");
    rows()
        .execute(
            "create trigger refuse before update on river_job for each row when (old.id = 2)"
                + " execute function refuse()");
    Redrive all = Redrive.builder().topic(Order.PLACED.name()).build();
    RedriveReport report = gala.events().redrive(all);
    assertThat(report.redriven()).isEqualTo(2);
    assertThat(report.refused()).isEqualTo(Map.of(Refusal.REFUSED, 1L));
    rows().execute("drop trigger refuse on river_job");
    assertThat(gala.events().redrive(all).redriven()).as("the rest").isEqualTo(1);
  }

  /** What is done is done, and the same again does the rest and repeats nothing. */
  @Test
  void aRedriveThatIsBrokenOffSaysHowFarItCame() throws Exception {
    Gala gala = durable.gala();
    gala.emit(Order.PLACED, ORDER);
    rows()
        .execute(
            "insert into river_job (args, finalized_at, kind, max_attempts, metadata, queue, state)"
                + " select args, now(), kind, max_attempts, metadata, queue,"
                + " 'completed'::river_job_state from river_job, generate_series(1, 300)");
    endAll();
    rows()
        .execute(
            "create function break_off() returns trigger language plpgsql as $$ begin"
                + " raise exception 'out of disk' using errcode = '53100'; end $$");
    rows()
        .execute(
            "create trigger break_off before update on river_job for each row when (old.id > 250)"
                + " execute function break_off()");
    Instant begun = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Redrive.Builder all = Redrive.builder().topic(Order.PLACED.name()).withDone(true);
    Redrive redrive = all.begun(begun).build();
    assertThatThrownBy(() -> gala.events().redrive(redrive))
        .isInstanceOf(RiverException.class)
        .hasMessageContaining("200 events were redriven before this: ")
        .hasMessageContaining("out of disk")
        .hasMessageContaining("go on with the same redrive, begun " + begun);
    endAll();
    rows().execute("drop trigger break_off on river_job");
    RedriveReport rest = gala.events().redrive(redrive);
    assertThat(List.of(rest.redriven(), rest.matched())).containsExactly(101L, 301L);
    assertThat(rest.refused()).isEqualTo(Map.of(Refusal.REDRIVEN, 200L));
    assertThat(rest.results()).as("what was passed over is not told of").hasSize(101);
    assertThat(rest.begun()).isEqualTo(begun);
    endAll();
    assertThat(gala.events().preview(redrive).redriven()).as("nothing is left").isZero();
    assertThat(gala.events().preview(all.begun(null).build()).redriven())
        .as("another one")
        .isEqualTo(301);
  }

  /** However fast they end again. */
  @Test
  void aLimitedRedriveComesToAllOfThemInTheEnd() throws Exception {
    Gala gala = durable.gala();
    for (int i = 0; i < 5; i++) {
      gala.emit(Order.PLACED, ORDER);
    }
    endAll();
    Redrive.Builder some = Redrive.builder().topic(Order.PLACED.name()).withDone(true).limit(2);
    List<Long> redriven = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      RedriveReport report = gala.events().redrive(some.build());
      redriven.add(report.redriven());
      some.begun(report.begun());
      endAll();
    }
    assertThat(redriven).containsExactly(2L, 2L, 1L, 0L);
    EventId first = gala.events().list(EventQuery.builder().build()).events().getFirst().id();
    refused(gala, Redrive.of(first).withDone(true).begun(some.build().begun()), Refusal.REDRIVEN);
  }

  private void endAll() throws Exception {
    rows()
        .execute(
            "update river_job set state = 'completed', finalized_at = now()"
                + " where state = 'available'");
  }

  /** Its next run is remembered with it, as whatever is emitted once. */
  @Test
  void aRunOfALoopThatIsRedrivenHasNoOtherNextOne() throws Exception {
    Topic<Beat> beats = Topic.of("beat", Beat.class).uniqueBy(beat -> "beat");
    Gala gala = durable.gala();
    Loop<Beat> loop =
        Loop.of(
            new Schedule(Duration.ofHours(1), Duration.ofHours(8), 2.0, 100),
            Beat::schedule,
            (beat, state) -> new Beat(state),
            (beat, context) -> runs.merge("beat", 1, Integer::sum));
    gala.register(List.of(Definition.ofLoop(beats, "loop", loop)));
    gala.startWorkers();
    EventId first = gala.emit(beats, new Beat(ScheduleState.initial())).eventId();
    String over = "(select count(*) = 1 from river_job where state = 'completed')";
    rows().await("the first run", over);
    gala.events().redrive(Redrive.of(first).withDone(true).build());
    awaitRuns("beat", 2);
    rows().await("the first run again", over);
    assertThat(rows().column("select state from river_job order by id"))
        .containsExactly("completed", "scheduled");
  }

  @Test
  void whoseKeyIsHeldStaysAsItIs() throws Exception {
    Topic<Order> unique = Topic.of("order.unique", Order.class).uniqueBy(Order::id);
    Gala gala = durable.gala();
    EventId first = gala.emit(unique, ORDER).eventId();
    rows().execute("update river_job set state = 'discarded', finalized_at = now()");
    gala.emit(unique, ORDER);
    refused(gala, Redrive.of(first), Refusal.KEY_HELD);
    rows().execute("delete from river_job where state = 'available'");
    assertThat(gala.events().redrive(Redrive.of(first).build()).redriven()).isEqualTo(1);
  }

  @Test
  void eventsAreListedByWhatIsAsked() throws Exception {
    Namespace sync = Namespace.of("sync");
    Gala gala = durable.gala(durable.config().namespace(sync, 1));
    gala.on(Order.PLACED, "a", (event, context) -> {});
    List<EventId> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(gala.emit(Order.PLACED, ORDER).eventId());
    }
    EmitReceipt other = gala.emit(sync.at("begun", Order.class), ORDER);
    ids.add(other.eventId());
    rows().execute("insert into river_job (args, kind, max_attempts) values ('{}', 'plain', 1)");

    assertThat(ids(gala.events().list(EventQuery.builder().build())))
        .containsExactlyElementsOf(ids.reversed());
    EventQuery query = EventQuery.builder().oldestFirst(true).limit(4).build();
    EventPage first = gala.events().list(query);
    assertThat(ids(first)).containsExactlyElementsOf(ids.subList(0, 4));
    EventPage second = gala.events().list(query.after(first.next()));
    assertThat(ids(second)).containsExactlyElementsOf(ids.subList(4, 6));
    assertThat(second.next()).isNull();
    assertThat(ids(gala.events().list(EventQuery.builder().topic("sync.begun").build())))
        .containsExactly(other.eventId());
    assertThat(ids(gala.events().list(EventQuery.builder().listener("a").limit(2).build())))
        .containsExactly(ids.get(4), ids.get(3));
    assertThat(
            ids(gala.events().list(EventQuery.builder().states(Set.of(JobState.RUNNING)).build())))
        .isEmpty();
    assertThat(
            ids(
                gala.events()
                    .list(EventQuery.builder().since(Instant.now().plusSeconds(60)).build())))
        .isEmpty();
    assertThat(ids(gala.events().list(EventQuery.builder().kinds(List.of("gala.sync")).build())))
        .containsExactly(other.eventId());
  }

  @Test
  void whereNothingIsStoredNothingIsShown() {
    try (Gala gala = Gala.inMemory()) {
      assertThatThrownBy(gala::events)
          .isInstanceOfSatisfying(
              GalaException.class,
              refused -> assertThat(refused.code()).isEqualTo(GalaError.DISPATCH_MODE_INVALID));
    }
  }

  private static void refused(Gala gala, Redrive.Builder what, Refusal why) {
    RedriveReport report = gala.events().redrive(what.build());
    assertThat(report.refused()).isEqualTo(Map.of(why, 1L));
    assertThat(report.redriven()).isZero();
    assertThat(report.results()).extracting(RedriveResult::refusal).containsExactly(why);
  }

  private static List<EventId> ids(EventPage page) {
    return page.events().stream().map(StoredEvent::id).toList();
  }

  private static String states(StoredEvent event) {
    return event.listeners().stream()
        .map((StoredListener listener) -> listener.name() + " " + listener.state())
        .collect(Collectors.joining(", "));
  }

  private Gala listening(String... names) {
    return listening(durable.config().maxRetries(1), names);
  }

  private Gala listening(GalaConfig.Builder config, String... names) {
    Gala gala = durable.gala(config);
    for (String name : names) {
      gala.on(
          Order.PLACED,
          name,
          (event, context) -> {
            runs.merge(name, 1, Integer::sum);
            if (broken.contains(name)) {
              throw new IllegalStateException("no " + name);
            }
          });
    }
    return gala;
  }

  private void awaitRuns(String name, int count) {
    Await.until("run " + count + " of " + name, () -> runs.getOrDefault(name, 0) == count);
  }

  private Rows rows() {
    return durable.rows();
  }
}
