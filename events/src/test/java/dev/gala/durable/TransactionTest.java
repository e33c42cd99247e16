package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.event.Emission;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.EmitResult;
import dev.gala.event.Emitter;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.event.Topic;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Events in the caller's transaction, and in one of their own. */
class TransactionTest {
  @RegisterExtension private final Durable durable = new Durable();

  private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEventExistsIfAndOnlyIfTheTransactionCommits(boolean pollOnly) throws Exception {
    Gala gala = working(durable.gala(durable.config().pollOnly(pollOnly)));
    try (Connection connection = transaction()) {
      Rows.execute(connection, "create table business (id text)");
      connection.commit();

      Rows.execute(connection, "insert into business values ('rolled back')");
      gala.in(connection).emit(Order.PLACED, new Order("rolled back", 1));
      connection.rollback();

      Rows.execute(connection, "insert into business values ('committed')");
      gala.in(connection).emit(Order.PLACED, new Order("committed", 1));
      assertThat(rows().jobs("true")).as("seen by others before the commit").isZero();
      connection.commit();

      assertThat(Await.next("the committed event", handled)).isEqualTo("committed");
      gala.emit(Order.PLACED, new Order("later", 1));
      assertThat(Await.next("the later event", handled)).isEqualTo("later");
    }
    gala.stopWorkers();
    assertThat(handled).isEmpty();
    assertThat(rows().column("select id from business")).containsExactly("committed");
    assertThat(rows().column("select state from river_job"))
        .containsExactly("completed", "completed");
  }

  @Test
  void theCallersConnectionStaysAsItWas() throws Exception {
    Gala gala = durable.gala();
    try (Connection connection = transaction()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      int timeout = connection.getNetworkTimeout();
      Rows.execute(connection, "set application_name = 'callers'");
      String transaction = id(connection);

      gala.in(connection).emit(Order.PLACED, new Order("1", 1));
      gala.in(connection)
          .emitAll(
              List.of(
                  Emission.of(Order.PLACED, new Order("2", 1)),
                  Emission.of(Order.PLACED, new Order("3", 1))));

      assertThat(connection.isClosed()).isFalse();
      assertThat(connection.getAutoCommit()).isFalse();
      assertThat(connection.isReadOnly()).isFalse();
      assertThat(connection.getNetworkTimeout()).isEqualTo(timeout);
      assertThat(connection.getTransactionIsolation())
          .isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
      assertThat(id(connection)).as("the same transaction goes on").isEqualTo(transaction);
      assertThat(text(connection, "show application_name")).isEqualTo("callers");
      assertThat(rows().jobs("true")).isZero();
      connection.commit();
    }
    assertThat(rows().jobs("true")).isEqualTo(3);
  }

  @Test
  void aConnectionInAutoCommitModeIsRefusedWithTheRemedy() throws Exception {
    Gala gala = durable.gala();
    try (Connection connection = durable.database().connect()) {
      Emitter emitter = gala.in(connection);
      assertThatThrownBy(() -> emitter.emit(Order.PLACED, new Order("1", 1)))
          .isInstanceOfSatisfying(
              GalaException.class, e -> assertThat(e.code()).isEqualTo(GalaError.DISPATCH_FAILED))
          .hasMessageContaining("nothing was stored")
          .hasMessageContaining("auto-commit mode: call connection.setAutoCommit(false) first")
          .hasRootCauseInstanceOf(RiverException.class);
      assertThat(emitter.tryEmit(Order.PLACED, new Order("1", 1)))
          .isInstanceOf(EmitResult.Failed.class);
      assertThat(connection.getAutoCommit()).isTrue();
      assertThat(connection.isClosed()).isFalse();
    }
    assertThat(rows().jobs("true")).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void emitAllIsAllOrNothing(boolean inCallersTransaction) throws Exception {
    Gala gala = durable.gala();
    Topic<Object> unencodable = Topic.of("unencodable", Object.class);
    Emission<Order> good = Emission.of(Order.PLACED, new Order("good", 1));
    Emission<Order> badTag =
        good.withOptions(EmitOptions.of(Headers.builder().tags(List.of("bad tag")).build()));
    try (Connection connection = transaction()) {
      Emitter emitter = inCallersTransaction ? gala.in(connection) : gala;
      assertThatThrownBy(() -> emitter.emitAll(List.of(good, badTag, good)))
          .isInstanceOf(GalaException.class)
          .hasMessageContaining("bad tag");
      assertThatThrownBy(
              () -> emitter.emitAll(List.of(good, Emission.of(unencodable, new Unencodable()))))
          .isInstanceOfSatisfying(
              GalaException.class,
              e -> assertThat(e.code()).isEqualTo(GalaError.PAYLOAD_ENCODE_FAILED));
      // Refused before the database was asked: the caller's transaction is as good as before.
      emitter.emit(Order.PLACED, new Order("after", 1));
      connection.commit();
    }
    assertThat(rows().jobs("true")).isEqualTo(1);
    assertThat(gala.emitAll(List.of())).isEmpty();
  }

  @Test
  void receiptsComeInTheOrderOfTheEmissions() throws Exception {
    Gala gala = durable.gala();
    List<EmitReceipt> receipts =
        gala.emitAll(
            List.of(
                Emission.of(Order.PLACED, new Order("0", 1)),
                Emission.of(Topic.of("other", String.class), "1"),
                Emission.of(Order.PLACED, new Order("2", 1))));
    for (EmitReceipt receipt : receipts) {
      assertThat(
              rows()
                  .value(
                      "select metadata ->> 'event_id' from river_job where id = ?",
                      receipt.jobId()))
          .isEqualTo(receipt.eventId().value());
    }
    assertThat(rows().column("select metadata ->> 'topic' from river_job order by id"))
        .containsExactly("order.placed", "other", "order.placed");
  }

  @Test
  void afterAFailureOfTheDatabaseTheCallerDecides() throws Exception {
    rows()
        .execute(
            """
            create function refuse() returns trigger language plpgsql as
            $$ begin raise exception 'refused by a trigger'; end $$
            """);
    rows()
        .execute(
            "create trigger refuse before insert on river_job for each row"
                + " when (new.queue = 'refused') execute function refuse()");
    Gala gala = durable.gala();
    try (Connection connection = transaction()) {
      Rows.execute(connection, "create table business (id text)");
      Emitter emitter = gala.in(connection);
      emitter.emit(Order.PLACED, new Order("before", 1));
      Savepoint savepoint = connection.setSavepoint();
      assertThatThrownBy(
              () ->
                  emitter.emit(
                      Order.PLACED,
                      new Order("refused", 1),
                      EmitOptions.builder().queue("refused").build()))
          .hasMessageContaining("nothing was stored")
          .hasMessageContaining("refused by a trigger");
      assertThatThrownBy(() -> emitter.emit(Order.PLACED, new Order("aborted", 1)))
          .as("a transaction that failed takes no event")
          .hasMessageContaining("25P02");
      connection.rollback(savepoint);
      emitter.emit(Order.PLACED, new Order("after", 1));
      connection.commit();
    }
    assertThat(rows().jobs("true")).isEqualTo(2);
    assertThat(rows().column("select * from business")).isEmpty();
  }

  @Test
  void aConnectionKilledBeforeTheCommitIsAFailedDispatch() throws Exception {
    Gala gala = durable.gala();
    try (Connection connection = transaction()) {
      Emitter emitter = gala.in(connection);
      emitter.emit(Order.PLACED, new Order("1", 1));
      kill(connection);
      assertThatThrownBy(() -> emitter.emit(Order.PLACED, new Order("2", 1)))
          .isInstanceOfSatisfying(
              GalaException.class, e -> assertThat(e.code()).isEqualTo(GalaError.DISPATCH_FAILED))
          .hasMessageContaining("nothing was stored")
          .cause()
          .cause()
          .isInstanceOfSatisfying(
              RiverException.class,
              e -> assertThat(e.code()).isEqualTo(RiverError.DATABASE_UNAVAILABLE));
      assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
    }
    assertThat(rows().jobs("true")).isZero();
    gala.emit(Order.PLACED, new Order("3", 1));
    assertThat(rows().jobs("true")).isEqualTo(1);
  }

  @Test
  void emitAsyncIsStoredWhenItsFutureCompletes() throws Exception {
    Gala gala = durable.gala();
    EmitReceipt receipt =
        gala.emitAsync(Order.PLACED, new Order("1", 1))
            .get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
    assertThat(rows().jobs("id = " + receipt.jobId())).isEqualTo(1);
    try (Connection connection = transaction()) {
      CompletableFuture<EmitReceipt> future =
          gala.in(connection).emitAsync(Order.PLACED, new Order("2", 1));
      assertThat(future).as("the connection is not ours to use later").isCompleted();
      connection.rollback();
    }
    assertThat(rows().jobs("true")).isEqualTo(1);
  }

  /** Also the callbacks see it, not a wrapper of it, at whatever point it failed. */
  @Test
  void emitAsyncFailsWithAGalaException() throws Exception {
    Gala gala = durable.gala();
    var seen = new AtomicReference<Throwable>();
    var done = new CountDownLatch(1);
    EmitOptions bad = EmitOptions.builder().queue("NO").build();
    CompletableFuture<EmitReceipt> future = gala.emitAsync(Order.PLACED, new Order("1", 1), bad);
    var watched =
        future.whenComplete(
            (receipt, failure) -> {
              seen.set(failure);
              done.countDown();
            });
    Await.latch("the callback", done);
    assertThat(seen.get()).isInstanceOf(GalaException.class).hasMessageContaining("queue name");
    assertThatThrownBy(() -> watched.get(1, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(GalaException.class);
    assertThat(gala.emitAsync(Topic.of("t", Object.class), new Unencodable()))
        .isCompletedExceptionally();
    assertThat(rows().jobs("true")).isZero();
  }

  @Test
  void anEmitOfAHandlerIsStoredWhetherOrNotTheHandlerFailsLater() throws Exception {
    Gala gala = working(durable.gala());
    gala.on(
        Topic.of("parent", String.class),
        "emitter",
        (event, context) -> {
          EmitReceipt child = context.emit(Order.PLACED, new Order("child", 1));
          handled.add("stored " + rows().jobs("id = " + child.jobId()));
          throw new IllegalStateException("after the emit");
        });
    EmitReceipt parent = gala.emit(Topic.of("parent", String.class), "p");
    assertThat(List.of(Await.next("one", handled), Await.next("other", handled)))
        .containsExactlyInAnyOrder("child", "stored 1");
    assertThat(
            rows()
                .value(
                    "select metadata -> 'properties' = jsonb_build_object('causation_id', ?::text,"
                        + " 'correlation_id', ?::text) from river_job where id <> ?",
                    parent.eventId().value(),
                    parent.eventId().value(),
                    parent.jobId()))
        .isEqualTo("t");
  }

  /** What no codec can write. */
  static final class Unencodable {
    public Object getItself() {
      return this; // without end
    }
  }

  private Gala working(Gala gala) {
    gala.on(Order.PLACED, "recorder", (event, context) -> handled.add(event.id()));
    gala.startWorkers();
    return gala;
  }

  private Rows rows() {
    return durable.rows();
  }

  private Connection transaction() throws Exception {
    Connection connection = durable.database().connect();
    connection.setAutoCommit(false);
    return connection;
  }

  private void kill(Connection connection) throws Exception {
    int pid = connection.unwrap(PGConnection.class).getBackendPID();
    assertThat(rows().value("select pg_terminate_backend(" + pid + ", 10000)")).isEqualTo("t");
  }

  private static String id(Connection connection) throws Exception {
    return text(connection, "select pg_current_xact_id()");
  }

  private static String text(Connection connection, String sql) throws Exception {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
