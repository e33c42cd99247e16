package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.event.Definition;
import dev.gala.event.EmitOptions;
import dev.gala.event.Headers;
import dev.gala.event.Outcome;
import dev.gala.river.job.AttemptError;
import dev.gala.river.worker.JobCancelException;
import dev.gala.river.worker.JobSnoozeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Several listeners of one event: each matters alone. */
class IsolationTest {
  private static final Order ORDER = new Order("o-1", 42);

  @RegisterExtension private final Durable durable = new Durable();

  private final Map<String, Integer> runs = new ConcurrentHashMap<>();

  @Test
  void whereAllSucceedAtOnceNothingIsWritten() throws Exception {
    Gala gala = durable.gala();
    for (String name : List.of("a", "b", "c")) {
      gala.on(Order.PLACED, name, (event, context) -> ran(name));
    }
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER);
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("a", 1, "b", 1, "c", 1));
    assertThat(rows().column("select jsonb_object_keys(metadata) from river_job"))
        .containsExactlyInAnyOrder("topic", "event_id", "listeners");
    assertThat(rows().value("select attempt::text || (errors is null) from river_job"))
        .isEqualTo("1true");
  }

  @Test
  void aFailingListenerNeitherKeepsTheOthersFromRunningNorMakesThemRepeat() throws Exception {
    Gala gala = durable.gala();
    var previous = new LinkedBlockingQueue<List<AttemptError>>();
    gala.on(Order.PLACED, "first", (event, context) -> ran("first"));
    gala.on(
        Order.PLACED,
        "middle",
        (event, context) -> {
          assertThat(context.attempt()).isEqualTo(ran("middle"));
          assertThat(context.maxAttempts()).isEqualTo(25);
          previous.add(context.previousErrors());
          if (context.attempt() < 4) {
            throw new IllegalStateException("not in attempt " + context.attempt());
          }
        });
    gala.on(Order.PLACED, "last", (event, context) -> ran("last"));
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER);

    awaitErrors(1);
    assertThat(keys()).containsExactly("gala:listener:first", "gala:listener:last");
    String marks = rows().value("select metadata::text from river_job");
    for (String name : List.of("first", "last")) {
      assertThat(
              rows()
                  .column(
                      "select jsonb_object_keys(metadata -> ?) from river_job",
                      "gala:listener:" + name))
          .containsExactlyInAnyOrder("state", "attempt", "at", "ms");
      String mark = "metadata -> 'gala:listener:" + name + "' ";
      assertThat(
              rows()
                  .value(
                      "select concat_ws(' ', "
                          + mark
                          + "->> 'state', "
                          + mark
                          + "-> 'attempt', ("
                          + mark
                          + "->> 'at')::timestamptz between created_at and now(), jsonb_typeof("
                          + mark
                          + "-> 'ms')) from river_job"))
          .isEqualTo("succeeded 1 t number");
    }
    for (int errors = 2; errors <= 3; errors++) {
      rows().hurry();
      awaitErrors(errors);
    }
    assertThat(rows().value("select metadata::text from river_job"))
        .as("what was marked stays as it was")
        .isEqualTo(marks);
    rows().hurry();
    rows().awaitState("completed");

    assertThat(runs).isEqualTo(Map.of("first", 1, "middle", 4, "last", 1));
    assertThat(rows().value("select attempt from river_job")).isEqualTo("4");
    assertThat(rows().value("select metadata::text from river_job")).isEqualTo(marks);
    assertThat(rows().column("select e ->> 'error' from river_job, unnest(errors) e"))
        .containsExactly(
            "gala: listener \"middle\" execution failed: not in attempt 1",
            "gala: listener \"middle\" execution failed: not in attempt 2",
            "gala: listener \"middle\" execution failed: not in attempt 3");
    assertThat(rows().column("select e ->> 'attempt' from river_job, unnest(errors) e"))
        .containsExactly("1", "2", "3");
    assertThat(new ArrayList<>(previous).stream().map(List::size)).containsExactly(0, 1, 2, 3);
    assertThat(new ArrayList<>(previous).get(3).getFirst().error())
        .isEqualTo("gala: listener \"middle\" execution failed: not in attempt 1");
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new IllegalStateException("why"), "execution failed: why"),
        Arguments.of(new IOException("checked"), "execution failed: checked"),
        Arguments.of(
            new IllegalStateException(), "execution failed: java.lang.IllegalStateException"),
        Arguments.of(new AssertionError("not so"), "execution failed: not so"),
        Arguments.of(
            new StackOverflowError(),
            "panicked: gala: listener panicked: java.lang.StackOverflowError"),
        Arguments.of(new LinkageError("half"), "panicked: gala: listener panicked: half"),
        Arguments.of(
            new IllegalStateException("nul \u0000 half \ud800 pair \ud83d\ude00"),
            "execution failed: nul \ufffd half \ufffd pair \ud83d\ude00"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void theRowSaysWhoFailedAndWhy(Throwable thrown, String expected) throws Exception {
    Gala gala = durable.gala();
    gala.on(
        Order.PLACED,
        "one",
        (event, context) -> {
          throwIt(thrown);
        });
    gala.on(Order.PLACED, "other", (event, context) -> ran("other"));
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER);
    awaitErrors(1);
    assertThat(rows().value("select errors[1] ->> 'error' from river_job"))
        .isEqualTo("gala: listener \"one\" " + expected);
    assertThat(rows().value("select errors[1] ->> 'trace' from river_job"))
        .contains(thrown.getClass().getName())
        .contains("IsolationTest");
    assertThat(runs).isEqualTo(Map.of("other", 1));
    assertThat(rows().value("select attempt::text || state from river_job"))
        .isEqualTo("1available");
  }

  @Test
  void aStackThatReallyOverflowsIsAPanicAndTheWorkerGoesOn() throws Exception {
    Gala gala = durable.gala(durable.config().workerCount(1));
    gala.on(
        Order.PLACED,
        "deep",
        (event, context) -> {
          if (event.amount() == 0) {
            depth(1);
          }
        });
    gala.on(Order.PLACED, "other", (event, context) -> ran(event.id()));
    gala.startWorkers();
    gala.emit(Order.PLACED, new Order("overflows", 0));
    awaitErrors(1);
    assertThat(rows().value("select errors[1] ->> 'error' from river_job"))
        .startsWith("gala: listener \"deep\" panicked: gala: listener panicked: ");
    gala.emit(Order.PLACED, new Order("fine", 1));
    rows().await("the next", "exists (select from river_job where state = 'completed')");
    assertThat(runs).isEqualTo(Map.of("overflows", 1, "fine", 1));
  }

  @Test
  void aListenerThatNeitherReturnsNorHeedsInterruptionIsLeftBehind() throws Exception {
    var release = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    Gala gala = durable.gala();
    gala.on(Order.PLACED, "first", (event, context) -> ran("first"));
    gala.register(
        List.of(
            Definition.builder(Order.PLACED, "hanging")
                .timeout(Duration.ofMillis(20))
                .handler(
                    (event, context) -> {
                      if (ran("hanging") == 1) {
                        Await.stubbornly(release);
                        ended.countDown();
                      }
                    })
                .build()));
    gala.on(Order.PLACED, "last", (event, context) -> ran("last"));
    gala.startWorkers();
    durable.expectWarning("listener \"hanging\" of topic order.placed does not heed interruption");
    try {
      gala.emit(Order.PLACED, ORDER);
      awaitErrors(1);
      assertThat(rows().value("select errors[1] ->> 'error' from river_job"))
          .isEqualTo("gala: listener \"hanging\" execution failed: timed out after PT0.02S");
      rows().hurry();
      rows().awaitState("completed");
    } finally {
      release.countDown();
    }
    Await.latch("the one left behind", ended);
    assertThat(runs).isEqualTo(Map.of("first", 1, "hanging", 2, "last", 1));
    assertThat(durable.warnings("does not heed interruption")).isEqualTo(1);
  }

  @Test
  void theLastAttemptDiscardsTheJobWithAllThatFailed() throws Exception {
    var exhausted = new LinkedBlockingQueue<String>();
    Gala gala = durable.gala();
    for (String name : List.of("bad", "fine", "worse")) {
      gala.register(
          List.of(
              Definition.builder(Order.PLACED, name)
                  .handler(
                      (event, context) -> {
                        ran(name);
                        if (!name.equals("fine")) {
                          throw new IllegalStateException(name + "!");
                        }
                      })
                  .onExhausted(
                      (event, context, failure) ->
                          exhausted.add(name + " " + event.id() + " " + failure.getMessage()))
                  .build()));
    }
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER, EmitOptions.builder().maxAttempts(2).build());
    awaitErrors(1);
    assertThat(exhausted).isEmpty();
    rows().hurry();
    rows().awaitState("discarded");
    String text =
        "gala: listener \"bad\" execution failed: bad!\n"
            + "gala: listener \"worse\" execution failed: worse!";
    assertThat(rows().column("select e ->> 'error' from river_job, unnest(errors) e"))
        .containsExactly(text, text);
    assertThat(rows().value("select errors[2] ->> 'trace' from river_job"))
        .contains("bad!", "worse!", "IsolationTest");
    assertThat(runs).isEqualTo(Map.of("bad", 2, "fine", 1, "worse", 2));
    assertThat(exhausted)
        .containsExactlyInAnyOrder(
            "bad o-1 gala: listener \"bad\" execution failed: bad!",
            "worse o-1 gala: listener \"worse\" execution failed: worse!");
    assertThat(rows().value("select finalized_at is not null from river_job")).isEqualTo("t");
    assertThat(keys()).containsExactly("gala:listener:fine");
  }

  @Test
  void aSnoozeUsesNoAttemptAndOthersDoNotRepeat() throws Exception {
    Gala gala = durable.gala();
    gala.on(Order.PLACED, "done", (event, context) -> ran("done"));
    gala.onOutcome(
        Order.PLACED,
        "later",
        (event, context) ->
            ran("later") < 3 ? Outcome.snooze(Duration.ofHours(1)) : Outcome.done());
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER, EmitOptions.builder().maxAttempts(1).build());
    for (int snoozes = 1; snoozes <= 2; snoozes++) {
      rows()
          .await(
              "a snooze",
              "(select state = 'scheduled' and metadata -> 'snoozes' = '%d' from river_job)"
                  .formatted(snoozes));
      assertThat(
              rows()
                  .value(
                      "select attempt::text || (errors is null) || (scheduled_at > now() + interval"
                          + " '59 min') from river_job"))
          .isEqualTo("0truetrue");
      rows().hurry();
    }
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("done", 1, "later", 3));
    assertThat(rows().value("select attempt from river_job")).isEqualTo("1");
  }

  /** The failing one fails for good while the other waits: no discard before that is done. */
  @Test
  void whereOneIsExhaustedAndAnotherWaitsTheJobEndsAsFailedLater() throws Exception {
    var exhausted = new AtomicInteger();
    Gala gala = durable.gala();
    gala.register(
        List.of(
            Definition.builder(Order.PLACED, "failing")
                .handler(
                    (event, context) -> {
                      ran("failing");
                      throw new IllegalStateException("for good");
                    })
                .onExhausted((event, context, failure) -> exhausted.incrementAndGet())
                .build()));
    gala.onOutcome(
        Order.PLACED,
        "waiting",
        (event, context) ->
            ran("waiting") == 1 ? Outcome.snooze(Duration.ofHours(1)) : Outcome.done());
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER, EmitOptions.builder().maxAttempts(1).build());
    rows().awaitState("scheduled");
    assertThat(rows().value("select metadata #>> '{gala:listener:failing,state}' from river_job"))
        .isEqualTo("exhausted");
    assertThat(exhausted).hasValue(1);
    rows().hurry();
    rows().awaitState("discarded");
    assertThat(runs).isEqualTo(Map.of("failing", 1, "waiting", 2));
    assertThat(exhausted).hasValue(1);
    assertThat(rows().value("select errors[1] ->> 'error' from river_job"))
        .startsWith("gala: listener \"failing\" execution failed: its attempts were exhausted");
    assertThat(rows().value("select metadata -> 'gala:listener:failing' from river_job"))
        .isEqualTo("null");
  }

  @Test
  void aFailureGoesBeforeASnoozeAndBothComeBack() throws Exception {
    Gala gala = durable.gala();
    gala.on(
        Order.PLACED,
        "failing",
        (event, context) -> {
          if (ran("failing") == 1) {
            throw new IllegalStateException("once");
          }
        });
    gala.onOutcome(
        Order.PLACED,
        "waiting",
        (event, context) ->
            ran("waiting") == 1 ? Outcome.snooze(Duration.ofMillis(1)) : Outcome.done());
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER);
    awaitErrors(1);
    rows().hurry();
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("failing", 2, "waiting", 2));
    assertThat(rows().value("select attempt::text || cardinality(errors) from river_job"))
        .isEqualTo("21");
  }

  @Test
  void cancellingEndsOneListenerAndTheJobOnlyAfterTheOthers() throws Exception {
    Gala gala = durable.gala();
    gala.onOutcome(
        Order.PLACED,
        "never",
        (event, context) -> {
          ran("never");
          return Outcome.cancel("not for us");
        });
    gala.on(
        Order.PLACED,
        "slow to learn",
        (event, context) -> {
          if (ran("slow to learn") == 1) {
            throw new IllegalStateException("once");
          }
        });
    gala.register(
        List.of(
            Definition.builder(Order.PLACED, "given up")
                .handler(
                    (event, context) -> {
                      ran("given up");
                      throw new IllegalArgumentException("hopeless");
                    })
                .cancelWhen(IllegalArgumentException.class::isInstance)
                .build()));
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER);
    awaitErrors(1);
    assertThat(rows().value("select metadata #>> '{gala:listener:never,state}' from river_job"))
        .isEqualTo("cancelled");
    rows().hurry();
    rows().awaitState("cancelled");
    assertThat(runs).isEqualTo(Map.of("never", 1, "slow to learn", 2, "given up", 1));
    assertThat(rows().column("select e ->> 'error' from river_job, unnest(errors) e"))
        .hasSize(2)
        .last()
        .asString()
        .startsWith("JobCancelError: gala: listener \"given up\" cancelled: in attempt 1")
        .contains("\ngala: listener \"never\" cancelled: in attempt 1");
  }

  /** As a worker of River does, deep inside: there it would end the whole job. */
  @Test
  void anOutcomeThatOneThrowsIsNotTheOthers() throws Exception {
    Gala gala = durable.gala();
    gala.on(
        Order.PLACED,
        "gives up",
        (event, context) -> {
          ran("gives up");
          throw new IllegalStateException("wrapped", new JobCancelException("not for us"));
        });
    gala.on(
        Order.PLACED,
        "waits",
        (event, context) -> {
          if (ran("waits") == 1) {
            throw new JobSnoozeException(Duration.ofHours(1));
          }
        });
    gala.on(
        Order.PLACED,
        "fails once",
        (event, context) -> {
          if (ran("fails once") == 1) {
            throw new IllegalStateException("once");
          }
        });
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER);
    awaitErrors(1);
    rows().hurry();
    rows().awaitState("cancelled");
    assertThat(runs).isEqualTo(Map.of("gives up", 1, "waits", 2, "fails once", 2));
    assertThat(rows().column("select e ->> 'error' from river_job, unnest(errors) e"))
        .last()
        .asString()
        .startsWith("JobCancelError: gala: listener \"gives up\" cancelled: in attempt 1");
  }

  /**
   * No calendar of a database goes so far; the marks of the others must be written all the same.
   */
  @Test
  void aSnoozeOfAGeologicalAgeIsOneOfAHundredYearsAndTheOthersDoNotRepeat() throws Exception {
    Gala gala = durable.gala();
    gala.on(Order.PLACED, "fine", (event, context) -> ran("fine"));
    gala.onOutcome(
        Order.PLACED,
        "absurd",
        (event, context) ->
            ran("absurd") == 1 ? Outcome.snooze(Duration.ofDays(365L * 400_000)) : Outcome.done());
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER);
    rows().awaitState("scheduled");
    assertThat(rows().value("select scheduled_at < now() + interval '101 years' from river_job"))
        .isEqualTo("t");
    rows().hurry();
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("fine", 1, "absurd", 2));
  }

  /** What a person puts into the header must not get in the way of our own bookkeeping. */
  @Test
  void propertiesThatLookLikeMarksChangeNothing() throws Exception {
    Gala gala = durable.gala();
    gala.on(Order.PLACED, "fine", (event, context) -> ran("fine"));
    gala.on(
        Order.PLACED,
        "failing",
        (event, context) -> {
          if (ran("failing") < 3) {
            throw new IllegalStateException("again");
          }
        });
    gala.startWorkers();
    gala.emit(
        Order.PLACED,
        ORDER,
        EmitOptions.of(
            Headers.builder()
                .property("gala:listener:failing", "{\"state\":\"succeeded\"}")
                .metadata(
                    "{\"gala:deferred\":1,\"deep\":" + "[".repeat(800) + "]".repeat(800) + "}")
                .build()));
    awaitErrors(1);
    rows().hurry();
    awaitErrors(2);
    rows().hurry();
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("fine", 1, "failing", 3));
  }

  private int ran(String listener) {
    return runs.merge(listener, 1, Integer::sum);
  }

  private Rows rows() {
    return durable.rows();
  }

  private void awaitErrors(int count) throws Exception {
    rows()
        .await(
            "error " + count,
            "exists (select from river_job where state <> 'running' and cardinality(errors) = %d)"
                .formatted(count));
  }

  /** Our keys in the one job's metadata. */
  private List<String> keys() throws Exception {
    return rows()
        .column(
            "select key from river_job, jsonb_object_keys(metadata) key"
                + " where key like 'gala:%' order by key");
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void throwIt(Throwable thrown) throws E {
    throw (E) thrown;
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int depth(int below) {
    return depth(below + 1) + 1;
  }
}
