package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.EmitReceipt;
import dev.gala.event.EventId;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Namespace;
import dev.gala.event.Topic;
import dev.gala.river.job.JobState;
import dev.gala.stored.EventPage;
import dev.gala.stored.EventQuery;
import dev.gala.stored.ListenerState;
import dev.gala.stored.Redrive;
import dev.gala.stored.RedriveReport;
import dev.gala.stored.RedriveResult;
import dev.gala.stored.Refusal;
import dev.gala.stored.StoredEvent;
import dev.gala.stored.StoredListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events that ended are looked at, and handled again. */
class RedriveTest {
  private static final Order ORDER = new Order("o-1", 42);

  @RegisterExtension private final Durable durable = new Durable();

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
