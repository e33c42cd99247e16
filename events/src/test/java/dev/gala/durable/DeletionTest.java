package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gala.Gala;
import dev.gala.durable.DeletingSower.Last;
import dev.gala.event.Definition;
import dev.gala.event.EmitOptions;
import dev.gala.event.Envelope;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.event.Loop;
import dev.gala.event.Namespace;
import dev.gala.event.Outcome;
import dev.gala.event.Topic;
import dev.gala.schedule.Schedule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Topics of which no event is left when all listeners have handled it. */
class DeletionTest {
  private static final Topic<Order> PLACED = DeletingSower.PLACED;

  /** Each death is died so often; 0 means that the first four are, once. */
  private static final int ROUNDS = Integer.getInteger("gala.kill.rounds", 0);

  /**
   * Where a process dies.
   *
   * @param step what it reaches
   * @param last which of its listeners is the last
   */
  private record Death(String step, Last last) {}

  private static final List<Death> DEATHS =
      List.of(
          new Death("before outcome", Last.PLAIN),
          new Death("after outcome", Last.PLAIN),
          new Death("after remove", Last.TRANSACTIONAL),
          new Death("after commit", Last.TRANSACTIONAL),
          new Death("after direct", Last.PLAIN),
          new Death("after mark", Last.PLAIN),
          new Death("after plain", Last.PLAIN),
          new Death("in handler", Last.TRANSACTIONAL),
          new Death("before remove", Last.TRANSACTIONAL));

  @RegisterExtension private final Durable durable = new Durable();

  @TempDir private Path directory;

  private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

  @Test
  void anEventThatAllHandledIsGone() throws Exception {
    Gala gala = durable.gala();
    gala.on(PLACED, "first", (event, context) -> handled.add(event.id()));
    gala.on(PLACED, "second", (event, context) -> context.recordOutput("1"));
    gala.startWorkers();
    for (int i = 0; i < 20; i++) {
      gala.emit(PLACED, new Order("o-" + i, i));
      assertThat(Await.next("the event", handled)).isEqualTo("o-" + i);
    }
    rows().await("all to be gone", "not exists (select from river_job)");
    assertThat(handled).isEmpty();
  }

  @Test
  void withATransactionalListenersEffectsItsRowGoes() throws Exception {
    rows().execute("create table effect (event text, listener text)");
    Gala gala = durable.gala();
    gala.onTransactional(
        PLACED,
        "charge",
        (event, context, connection) -> Steps.effect(connection, event.id(), "charge"));
    gala.startWorkers();
    gala.emit(PLACED, new Order("o-1", 1));
    rows().await("the effect", "exists (select from effect)");
    assertThat(rows().jobs("true")).as("in the same moment").isZero();
  }

  @Test
  void whatIsNotHandledByAllIsKept() throws Exception {
    Gala gala = durable.gala();
    Topic<Order> cancelled = Topic.of("cancelled", Order.class).deleteOnCompletion();
    Topic<Order> failed = Topic.of("failed", Order.class).deleteOnCompletion();
    gala.onOutcome(cancelled, "a", (event, context) -> Outcome.cancel("why"));
    gala.on(
        failed,
        "a",
        (event, context) -> {
          throw new IllegalStateException("why");
        });
    Headers once = Headers.builder().maxAttempts(1).build();
    gala.emit(cancelled, new Order("o-1", 1));
    gala.emit(failed, new Order("o-2", 2), EmitOptions.of(once));
    gala.startWorkers();
    rows().await("the cancelled one", state("cancelled", "cancelled"));
    rows().await("the failed one", state("failed", "discarded"));
  }

  /** Nobody could redrive it for the one that was missing. */
  @Test
  void anEventThatEndsWithoutAListenerIsKept() throws Exception {
    Gala emitter = durable.gala();
    for (String name : List.of("here", "gone")) {
      emitter.on(PLACED, name, (event, context) -> {});
    }
    emitter.emit(PLACED, new Order("o-1", 1));
    durable.expectWarning("ends without listeners [gone]");
    Gala worker = durable.gala(durable.config().missingListenerGrace(Duration.ofMillis(50)));
    worker.onTransactional(PLACED, "here", (event, context, connection) -> {});
    worker.startWorkers();
    rows().awaitState("completed");
    assertThat(rows().value("select metadata ->> 'gala:missing' from river_job"))
        .isEqualTo("[\"gone\"]");
  }

  private static String state(String topic, String state) {
    return "(select state = '%s' from river_job where metadata ->> 'topic' = '%s')"
        .formatted(state, topic);
  }

  /** As one that another program stored. */
  @Test
  void aRowThatHoldsItsKeyWhileItIsCompletedIsKept() throws Exception {
    Gala gala = durable.gala();
    gala.on(PLACED, "a", (event, context) -> handled.add(event.id()));
    gala.emit(PLACED, new Order("o-1", 1));
    rows()
        .execute(
            "update river_job set unique_key = decode(repeat('ab', 32), 'hex'),"
                + " unique_states = b'11110101'");
    gala.startWorkers();
    rows().awaitState("completed");
  }

  @Test
  void aKeyThatIsFreeThenIsFreeAtOnce() throws Exception {
    Topic<Order> topic = Topic.of("keyed", Order.class).uniqueBy(Order::id).deleteOnCompletion();
    Gala gala = durable.gala();
    gala.on(topic, "a", (event, context) -> handled.add(event.id()));
    assertThat(gala.emit(topic, new Order("o-1", 1)).duplicate()).isFalse();
    assertThat(gala.emit(topic, new Order("o-1", 1)).duplicate()).isTrue();
    gala.startWorkers();
    assertThat(Await.next("the event", handled)).isEqualTo("o-1");
    rows().await("it to be gone", "not exists (select from river_job)");
    assertThat(gala.emit(topic, new Order("o-1", 1)).duplicate()).isFalse();
    assertThat(Await.next("the next one", handled)).isEqualTo("o-1");
  }

  @Test
  void anEventWhoseKeyHoldsForLongerIsRefused() {
    Gala gala = durable.gala();
    Headers once = Headers.builder().uniqueKey("k").uniqueOnce(true).build();
    GalaException refused =
        catchThrowableOfType(
            GalaException.class,
            () -> gala.emit(PLACED, new Order("o-1", 1), EmitOptions.of(once)));
    assertThat(refused.code()).isEqualTo(GalaError.TOPIC_DELETES_COMPLETED);
    assertThat(refused).hasMessageContaining("\"k\"").hasMessageContaining("leave out uniqueOnce");

    gala.on(PLACED, "a", (event, context) -> {});
    Envelope whole =
        Envelope.of(PLACED.name(), "{\"id\":\"o-1\",\"amount\":1}", Instant.now())
            .withHeaders(once);
    assertThat(catchThrowableOfType(GalaException.class, () -> gala.emitEnvelope(whole)).code())
        .isEqualTo(GalaError.TOPIC_DELETES_COMPLETED);
  }

  /** Its completed runs keep it from beginning twice. */
  @Test
  void aLoopIsRefused() {
    Gala gala = durable.gala();
    Definition<LoopTest.Sync> loop =
        Definition.ofLoop(
            Topic.of("sync", LoopTest.Sync.class).in(Namespace.of("n")).deleteOnCompletion(),
            "loop",
            Loop.of(
                new Schedule(Duration.ofHours(1), Duration.ofHours(8), 2.0, 100),
                LoopTest.Sync::schedule,
                LoopTest.Sync::at,
                (sync, context) -> 0));
    GalaException refused =
        catchThrowableOfType(GalaException.class, () -> gala.register(List.of(loop)));
    assertThat(refused.code()).isEqualTo(GalaError.TOPIC_DELETES_COMPLETED);
    assertThat(refused).hasMessageContaining("\"loop\" is a loop");
  }

  @Test
  void oneTopicIsGivenOneWay() {
    Gala gala = durable.gala();
    gala.register(List.of(Definition.of(PLACED, "a", (event, context) -> {})));
    assertThatThrownBy(() -> gala.on(Order.PLACED, "b", (event, context) -> {}))
        .hasMessageContaining("deletion");
  }

  @Test
  void workingOneEventGivesItAsItEnded() throws Exception {
    Gala gala = durable.gala();
    gala.on(PLACED, "a", (event, context) -> handled.add(event.id()));
    var receipt = gala.emit(PLACED, new Order("o-1", 1));
    assertThat(gala.workNow(receipt.jobId()))
        .extracting(row -> row.state().wireName())
        .isEqualTo("completed");
    assertThat(rows().jobs("true")).isZero();
  }

  @Test
  void killedAtEveryStepNothingIsLostAndOnlyWhatWasKilledRunsAgain() throws Exception {
    rows().execute("create table effect (event text, listener text)");
    Program program = Program.in(directory);
    Path told = Files.createFile(directory.resolve("told"));
    int kills = 0;
    List<Death> deaths = ROUNDS == 0 ? DEATHS.subList(0, 4) : DEATHS;
    for (int round = 0; round < Math.max(ROUNDS, 1); round++) {
      for (Death death : deaths) {
        kills++;
        Process process =
            program.start(
                DeletingSower.class,
                durable.database().jdbcUrl(),
                death.step(),
                String.valueOf(2 + round),
                "k" + kills,
                told.toString(),
                death.last().name());
        if (!process.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)
            || process.exitValue() != 9) {
          process.destroyForcibly();
          throw new AssertionError(
              "not killed at " + death + ": " + Files.readString(program.said()));
        }
      }
    }
    assertThat(rows().jobs("state = 'completed'")).as("none is kept").isZero();
    finish();

    List<String> emitted = Files.readAllLines(told);
    assertThat(rows().column("select event from effect where listener = 'charge'"))
        .as("nothing is doubled in transactions")
        .doesNotHaveDuplicates()
        .as("nothing is lost")
        .containsAll(emitted);
    assertThat(rows().column("select event || ' ' || listener from effect"))
        .as("what runs again ran in a process that was killed")
        .doesNotHaveDuplicates();
    assertThat(rows().column("select distinct event from effect where listener like 'plain %'"))
        .as("nothing is lost")
        .containsAll(emitted);
  }

  /** A survivor puts back what the dead ones ran, and works it. */
  private void finish() throws Exception {
    durable.expectWarning("is dead");
    durable.expectWarning("put back");
    Gala survivor = durable.gala(Sower.config().url(durable.database().url()));
    new DeletingSower.Listeners(
            new Steps("never", 0), durable.database().dataSource(), "survivor", () -> {})
        .attach(survivor, Last.TRANSACTIONAL);
    survivor.startWorkers();
    rows().workOff("true");
  }

  private Rows rows() {
    return durable.rows();
  }
}
