package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gala.Gala;
import dev.gala.event.Definition;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.GalaException;
import dev.gala.event.HandlerContext;
import dev.gala.event.Outcome;
import dev.gala.event.Topic;
import dev.gala.stored.Redrive;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What transactional listeners do happens exactly once, and is one with what is emitted. */
class TransactionalListenerTest {
  private static final Topic<String> CHILD = Topic.of("child", String.class);

  @RegisterExtension private final Durable durable = new Durable();

  private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

  @BeforeEach
  void aTableForEffects() throws SQLException {
    rows().execute("create table effect (what text)");
    rows().execute("create table strict (what text unique deferrable initially deferred)");
  }

  @Test
  void theEffectAndTheCompletionAreOne() throws Exception {
    Gala gala = working(durable.gala());
    gala.onTransactional(Order.PLACED, "charge", this::effect);
    emit(gala);
    rows().awaitState("completed");
    assertThat(effects()).containsExactly("1");
    assertThat(
            rows()
                .value(
                    "select errors is null and attempt = 1 and finalized_at is not null and"
                        + " metadata -> 'gala:listener:charge' ->> 'state' = 'succeeded'"
                        + " from river_job"))
        .isEqualTo("t");
  }

  @Test
  void aHandlerThatThrowsLeavesNothing() throws Exception {
    Gala gala = working(durable.gala());
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          effect(event, context, connection);
          context.emit(CHILD, "of attempt " + context.attempt());
          if (context.attempt() == 1) {
            throw new IllegalStateException("after the effect");
          }
        });
    gala.on(CHILD, "child", (event, context) -> handled.add(event));
    emit(gala);
    assertThat(Await.next("the child", handled)).isEqualTo("of attempt 2");
    rows().await("both ends", "not exists (select from river_job where state <> 'completed')");
    assertThat(effects()).containsExactly("1");
    assertThat(rows().jobs("true")).as("one child").isEqualTo(2);
    assertThat(handled).isEmpty();
  }

  @Test
  void othersFailuresDoNotRepeatIt() throws Exception {
    Gala gala = working(durable.gala());
    gala.onTransactional(Order.PLACED, "charge", this::effect);
    gala.on(
        Order.PLACED,
        "flaky",
        (event, context) -> {
          if (context.attempt() < 3) {
            throw new IllegalStateException("not yet");
          }
        });
    gala.onTransactional(Order.PLACED, "book", this::effect);
    emit(gala);
    awaitCompleted();
    assertThat(effects()).containsExactly("1", "1");
    assertThat(
            rows()
                .value(
                    "select (metadata -> 'gala:listener:charge' ->> 'attempt') || attempt from"
                        + " river_job"))
        .isEqualTo("13");
  }

  @Test
  void aManualRetryOfACompletedJobDoesNotRepeatIt() throws Exception {
    Gala gala = working(durable.gala());
    gala.onTransactional(Order.PLACED, "charge", this::effect);
    gala.on(Order.PLACED, "plain", (event, context) -> handled.add("plain"));
    gala.onTransactional(Order.PLACED, "book", this::effect);
    long id = emit(gala);
    awaitCompleted();
    rows()
        .execute(
            "update river_job set state = 'available', finalized_at = null, max_attempts = 25,"
                + " scheduled_at = now() where id = "
                + id);
    rows().await("the second end", "(select attempt = 2 and state = 'completed' from river_job)");
    assertThat(handled).containsExactly("plain", "plain");
    assertThat(effects()).containsExactly("1", "1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "commit",
        "rollback",
        "close",
        "setAutoCommit",
        "abort",
        "setReadOnly",
        "setTransactionIsolation"
      })
  void whatWouldEndItIsRefusedWithTheRemedy(String what) throws Exception {
    Gala gala = working(durable.gala());
    var refusal = new AtomicReference<String>();
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          effect(event, context, connection);
          assertThatThrownBy(() -> misuse(connection, what))
              .isInstanceOf(SQLException.class)
              .satisfies(refused -> refusal.set(refused.getMessage()));
        });
    emit(gala);
    awaitCompleted();
    assertThat(refusal.get())
        .startsWith(what + "() is refused on the connection of")
        .contains(": ");
    assertThat(effects()).containsExactly("1");
  }

  private static void misuse(Connection connection, String what) throws SQLException {
    switch (what) {
      case "commit" -> connection.commit();
      case "rollback" -> connection.rollback();
      case "close" -> connection.close();
      case "setAutoCommit" -> connection.setAutoCommit(true);
      case "abort" -> connection.abort(Runnable::run);
      case "setReadOnly" -> connection.setReadOnly(true);
      default -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    }
  }

  @Test
  void savepointsAreTheHandlersOwn() throws Exception {
    Gala gala = working(durable.gala());
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          Savepoint savepoint = connection.setSavepoint();
          effect(event, context, connection);
          connection.rollback(savepoint);
          Rows.execute(connection, "insert into effect values ('kept')");
        });
    emit(gala);
    awaitCompleted();
    assertThat(effects()).containsExactly("kept");
  }

  /** By the text of a statement, which nobody can refuse: found out before more is done. */
  @Test
  void aHandlerThatCommitsBehindOurBackIsTold() throws Exception {
    Gala gala = working(durable.gala(durable.config().maxRetries(1)));
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          effect(event, context, connection);
          Rows.execute(connection, "commit");
          effect(event, context, connection);
        });
    emit(gala);
    rows().awaitState("discarded");
    assertThat(rows().value("select errors[1] ->> 'error' from river_job"))
        .contains("was ended by the worker itself")
        .contains("leave out its COMMIT or ROLLBACK");
    assertThat(effects()).containsExactly("1");
  }

  @Test
  void aStatementsFailureThatWasSwallowedIsExplained() throws Exception {
    Gala gala = working(durable.gala(durable.config().maxRetries(1)));
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          effect(event, context, connection);
          assertThatThrownBy(() -> Rows.execute(connection, "select 1/0"))
              .isInstanceOf(SQLException.class);
        });
    emit(gala);
    rows().awaitState("discarded");
    assertThat(rows().value("select errors[1] ->> 'error' from river_job"))
        .contains("25P02")
        .contains("set a savepoint before it");
    assertThat(effects()).isEmpty();
  }

  @Test
  void aConstraintThatFailsAtTheCommitIsAFailureLikeAnyOther() throws Exception {
    Gala gala = working(durable.gala());
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          effect(event, context, connection);
          String value = context.attempt() == 1 ? "same" : "other";
          Rows.execute(connection, "insert into strict values ('same'), ('" + value + "')");
        });
    emit(gala);
    awaitCompleted();
    assertThat(effects()).containsExactly("1");
    assertThat(rows().value("select errors[1] ->> 'error' from river_job")).contains("23505");
  }

  @Test
  void aSnoozeRollsBackAndACancellationCommits() throws Exception {
    Gala gala = working(durable.gala());
    var calls = new AtomicInteger();
    gala.register(
        List.of(
            Definition.builder(Order.PLACED, "charge")
                .transactionalOutcomeHandler(
                    (event, context, connection) -> {
                      effect(event, context, connection);
                      return calls.incrementAndGet() == 1
                          ? Outcome.snooze(Duration.ZERO)
                          : Outcome.cancel("sold out");
                    })
                .build()));
    emit(gala);
    rows().awaitState("cancelled");
    assertThat(effects()).containsExactly("1");
    assertThat(
            rows()
                .value(
                    "select metadata -> 'gala:listener:charge' ->> 'state' || attempt || (errors[1]"
                        + " ->> 'error') from river_job"))
        .isEqualTo("cancelled1JobCancelError: gala: listener \"charge\" cancelled: sold out");
  }

  @Test
  void whatComesAfterTheHandlersEndIsRefused() throws Exception {
    Gala gala = working(durable.gala());
    var kept = new AtomicReference<Connection>();
    var keptContext = new AtomicReference<HandlerContext>();
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          effect(event, context, connection);
          kept.set(connection);
          keptContext.set(context);
        });
    emit(gala);
    awaitCompleted();
    gala.stopWorkers();
    assertThat(kept.get().isClosed()).isTrue();
    assertThat(kept.get().isValid(1)).isFalse();
    assertThatThrownBy(() -> kept.get().prepareStatement("select 1"))
        .hasMessageContaining("had ended");
    assertThatThrownBy(() -> keptContext.get().emit(CHILD, "late"))
        .isInstanceOf(GalaException.class)
        .hasMessageContaining("nothing was stored");
    assertThat(keptContext.get().emitAsync(CHILD, "late")).isCompletedExceptionally();
    assertThat(rows().jobs("true")).isEqualTo(1);
  }

  @Test
  void emitInOnTheConnectionIsPartOfItToo() throws Exception {
    Gala gala = working(durable.gala());
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          gala.in(connection).emit(CHILD, "attempt " + context.attempt());
          context.emitAsync(CHILD, "async " + context.attempt()).get();
          if (context.attempt() == 1) {
            throw new IllegalStateException("not yet");
          }
        });
    gala.on(CHILD, "child", (event, context) -> handled.add(event));
    emit(gala);
    assertThat(List.of(Await.next("one", handled), Await.next("two", handled)))
        .containsExactlyInAnyOrder("attempt 2", "async 2");
    rows().await("all ends", "not exists (select from river_job where state <> 'completed')");
    assertThat(rows().jobs("true")).isEqualTo(3);
  }

  /** As many as may be, all hanging in their transactions. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nobodyElseWaitsForTheConnectionsOfHandlers(boolean given) throws Exception {
    var config = durable.config().transactionConnections(3).workerCount(20);
    Gala gala = working(durable.gala(given ? config.url(null).dataSource(pool(6)) : config));
    var inside = new CountDownLatch(3);
    var release = new CountDownLatch(1);
    gala.onTransactional(
        Order.PLACED,
        "slow",
        (event, context, connection) -> {
          inside.countDown();
          Await.latch("the release", release);
          effect(event, context, connection);
        });
    gala.on(CHILD, "quick", (event, context) -> handled.add(event));
    for (int i = 0; i < 8; i++) {
      emit(gala);
    }
    Await.latch("three handlers", inside);
    for (int i = 0; i < 8; i++) {
      gala.emit(CHILD, "c");
      Await.next("a plain event", handled);
    }
    rows()
        .await(
            "their completions",
            "(select count(*) = 8 from river_job where state = 'completed' and metadata ->> 'topic'"
                + " = 'child')");
    assertThat(effects()).isEmpty();
    release.countDown();
    awaitAll(16);
    assertThat(effects()).hasSize(8);
  }

  @Test
  void aHandlerThatHeedsNothingIsRolledBackAndItsConnectionUsedByOthers() throws Exception {
    durable.expectWarning("does not heed interruption");
    Gala gala =
        working(
            durable.gala(
                durable.config().transactionConnections(1).jobTimeout(Duration.ofMillis(200))));
    var release = new CountDownLatch(1);
    var failure = new LinkedBlockingQueue<Throwable>();
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          effect(event, context, connection);
          if (context.attempt() == 1) {
            Await.stubbornly(release);
            try {
              effect(event, context, connection);
            } catch (SQLException refused) {
              failure.add(refused);
            }
          }
        });
    emit(gala);
    awaitCompleted();
    assertThat(effects()).containsExactly("1");
    release.countDown();
    assertThat(Await.next("the refusal", failure)).hasMessageContaining("had ended");
    assertThat(effects()).containsExactly("1");
  }

  @Test
  void aTimeoutRollsBack() throws Exception {
    Gala gala = working(durable.gala(durable.config().jobTimeout(Duration.ofMillis(200))));
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          effect(event, context, connection);
          if (context.attempt() == 1) {
            Rows.execute(connection, "select pg_sleep(30)");
          }
        });
    emit(gala);
    awaitCompleted();
    assertThat(effects()).containsExactly("1");
    assertThat(rows().value("select errors[1] ->> 'error' from river_job")).contains("timed out");
  }

  @Test
  void aStopPutsItBackWithoutAnEffectOrAnAttempt() throws Exception {
    Gala gala = working(durable.gala(durable.config().softStopTimeout(Duration.ofMillis(50))));
    var inside = new CountDownLatch(1);
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          effect(event, context, connection);
          inside.countDown();
          new CountDownLatch(1).await();
        });
    emit(gala);
    Await.latch("the handler", inside);
    gala.stopWorkers();
    assertThat(rows().value("select state::text || attempt from river_job"))
        .isEqualTo("available0");
    assertThat(effects()).isEmpty();
  }

  /** Somebody put the row back, and another attempt did the work meanwhile. */
  @Test
  void anAttemptThatLostItsClaimCommitsNothing() throws Exception {
    durable.expectWarning("had lost its claim");
    Gala stale = working(durable.gala(durable.config().workerCount(1)));
    var inside = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var calls = new AtomicInteger();
    stale.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          effect(event, context, connection);
          context.emit(CHILD, "of call " + calls.incrementAndGet());
          if (calls.get() == 1) {
            inside.countDown();
            Await.latch("the other", release);
          }
        });
    emit(stale);
    Await.latch("the handler", inside);
    Gala other = durable.gala();
    other.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          effect(event, context, connection);
          context.emit(CHILD, "of the other");
        });
    other.on(CHILD, "child", (event, context) -> handled.add(event));
    rows().execute("update river_job set state = 'available', scheduled_at = now()");
    other.startWorkers();
    assertThat(Await.next("the child", handled)).isEqualTo("of the other");
    release.countDown();
    awaitAll(2);
    stale.stopWorkers();
    assertThat(effects()).containsExactly("1");
    assertThat(rows().jobs("true")).isEqualTo(2);
  }

  @Test
  void inMemoryItIsRefused() {
    try (Gala memory = Gala.inMemory()) {
      assertThatThrownBy(() -> memory.onTransactional(Order.PLACED, "charge", this::effect))
          .hasMessageContaining("\"charge\"")
          .hasMessageContaining("use dispatch mode durable");
    }
  }

  @Test
  void outputIsWrittenWithTheEffectUnderTheListenersName() throws Exception {
    Gala gala = working(durable.gala());
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          context.recordOutput("{\"id\":7}");
          assertThatThrownBy(() -> context.recordOutput("{")).hasMessageContaining("no JSON");
        });
    gala.on(
        Order.PLACED,
        "flaky",
        (event, context) -> {
          context.recordOutput("" + context.attempt());
          if (context.attempt() == 1) {
            throw new IllegalStateException("not yet");
          }
        });
    emit(gala);
    awaitCompleted();
    assertThat(rows().value("select metadata ->> 'output' from river_job"))
        .isEqualTo("{\"flaky\": 2, \"charge\": {\"id\": 7}}");
  }

  @Test
  void aStepOfAPlainListenerIsStoredOnce() throws Exception {
    Gala gala = working(durable.gala());
    var receipts = new LinkedBlockingQueue<EmitReceipt>();
    gala.on(
        Order.PLACED,
        "flaky",
        (event, context) -> {
          receipts.add(context.emitOnce("mail", CHILD, "of attempt " + context.attempt()));
          if (context.attempt() < 3) {
            throw new IllegalStateException("not yet");
          }
        });
    gala.on(CHILD, "child", (event, context) -> handled.add(event));
    EmitReceipt parent = gala.emit(Order.PLACED, new Order("1", 1));
    awaitAll(2);
    assertThat(handled).containsExactly("of attempt 1");
    List<EmitReceipt> all = List.copyOf(receipts);
    assertThat(all).extracting(EmitReceipt::duplicate).containsExactly(false, true, true);
    assertThat(all).extracting(EmitReceipt::jobId).containsOnly(all.getFirst().jobId());
    assertThat(all).extracting(EmitReceipt::eventId).containsOnly(all.getFirst().eventId());
    assertThat(
            rows()
                .value(
                    "select metadata -> 'properties' ->> 'causation_id' from river_job where id = ?",
                    all.getFirst().jobId()))
        .isEqualTo(parent.eventId().value());
  }

  /** In one call, in the next attempt, and also when the listener is to do all of it again. */
  @Test
  void aStepOfATransactionalListenerIsStoredOnce() throws Exception {
    Gala gala = working(durable.gala());
    var receipts = new LinkedBlockingQueue<EmitReceipt>();
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          receipts.add(context.emitOnce("mail", CHILD, "first"));
          receipts.add(context.emitOnce("mail", CHILD, "second"));
        });
    gala.on(CHILD, "child", (event, context) -> handled.add(event));
    EmitReceipt parent = gala.emit(Order.PLACED, new Order("1", 1));
    awaitAll(2);
    assertThat(receipts).extracting(EmitReceipt::duplicate).containsExactly(false, true);
    assertThat(receipts).extracting(EmitReceipt::jobId).doesNotContainNull();
    assertThat(List.copyOf(receipts).stream().map(EmitReceipt::jobId).distinct()).hasSize(1);

    assertThat(
            gala.events().redrive(Redrive.of(parent.eventId()).withDone(true).build()).redriven())
        .isEqualTo(1);
    Await.until("the second run", () -> receipts.size() == 4);
    awaitAll(2);
    assertThat(receipts)
        .extracting(EmitReceipt::duplicate)
        .containsExactly(false, true, true, true);
    assertThat(handled).containsExactly("first");
    assertThat(rows().jobs("true")).isEqualTo(2);
  }

  /** What is gone with a savepoint is not remembered, and may be emitted again. */
  @Test
  void aStepThatASavepointTookBackIsNotDone() throws Exception {
    Gala gala = working(durable.gala());
    var receipts = new LinkedBlockingQueue<EmitReceipt>();
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          Rows.execute(connection, "savepoint mine");
          receipts.add(context.emitOnce("again", CHILD, "taken back"));
          receipts.add(context.emitOnce("never", CHILD, "taken back too"));
          Rows.execute(connection, "rollback to savepoint mine");
          receipts.add(context.emitOnce("again", CHILD, "kept"));
        });
    gala.on(CHILD, "child", (event, context) -> handled.add(event));
    gala.emit(Order.PLACED, new Order("1", 1));
    awaitAll(2);
    assertThat(receipts).extracting(EmitReceipt::duplicate).containsOnly(false);
    assertThat(handled).containsExactly("kept");
    assertThat(
            rows()
                .column(
                    "select k from river_job, jsonb_object_keys(metadata) k"
                        + " where k like 'gala:emitted:%'"))
        .containsExactly("gala:emitted:" + List.copyOf(receipts).getFirst().eventId());
  }

  private void effect(Order event, HandlerContext context, Connection connection)
      throws SQLException {
    Rows.execute(connection, "insert into effect values ('" + event.id() + "')");
  }

  private Gala working(Gala gala) {
    gala.startWorkers();
    return gala;
  }

  private long emit(Gala gala) {
    Long id = gala.emit(Order.PLACED, new Order("1", 1), EmitOptions.builder().build()).jobId();
    return id == null ? 0 : id;
  }

  private void awaitCompleted() throws SQLException {
    awaitAll(1);
  }

  /** A retry is not waited for: it is made due. */
  private void awaitAll(int jobs) throws SQLException {
    while (rows().jobs("state = 'completed'") < jobs) {
      rows()
          .await(
              "an end or a failure",
              "(select count(*) filter (where state = 'completed') >= "
                  + jobs
                  + " or count(*) filter (where state in ('retryable', 'scheduled') or (state ="
                  + " 'available' and scheduled_at > now())) > 0 from river_job)");
      rows().hurry();
    }
  }

  private List<String> effects() throws SQLException {
    return rows().column("select what from effect");
  }

  private Rows rows() {
    return durable.rows();
  }

  private HikariDataSource pool(int size) {
    var config = new HikariConfig();
    config.setJdbcUrl(durable.database().jdbcUrl());
    config.setMaximumPoolSize(size);
    return durable.closing(new HikariDataSource(config));
  }
}
