package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitResult;
import dev.gala.event.EventId;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.test.postgres.EmbeddedPostgres;
import java.sql.Connection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A server that goes and comes back, and answers that get lost. */
class OutageTest {
  private static EmbeddedPostgres postgres;

  @RegisterExtension private final Durable durable = new Durable();

  private final Map<String, Integer> handled = new ConcurrentHashMap<>();
  private final Semaphore each = new Semaphore(0);

  /** What was committed must survive a crash here, unlike in other tests. */
  @BeforeAll
  static void start() {
    postgres = EmbeddedPostgres.builder().durable().start();
  }

  @AfterAll
  static void end() {
    postgres.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void workersGoOnAfterAnOutageAndNothingEmittedIsLost(boolean crash) throws Exception {
    expectWarningsOfAnOutage();
    durable.expectWarning("was not renewed, trying again");
    durable.expectWarning("could not renew its heartbeat");
    durable.expectWarning("which does not hold it: it is put back");
    String name = crash ? "crashed" : "stopped";
    Rows rows = database(name);
    var held = new CountDownLatch(1);
    var holding = new CountDownLatch(1);
    Gala worker = durable.gala(durable.config().url(postgres.url(name)));
    worker.on(
        Order.PLACED,
        "recorder",
        (event, context) -> {
          if (event.amount() == 0) {
            holding.countDown();
            Await.latch("the end of the outage's beginning", held);
          }
          handled.merge(context.envelope().id().value(), 1, Integer::sum);
          each.release();
        });
    worker.startWorkers();
    // Not pooled: it is told at once that the server is away.
    Gala emitter = durable.gala(GalaConfig.builder().dataSource(dataSource(name)));
    Set<String> stored = ConcurrentHashMap.newKeySet();
    Map<String, String> failed = new ConcurrentHashMap<>();
    stored.add(emitter.emit(Order.PLACED, new Order("held", 0)).eventId().value());
    Await.latch("the listener that spans the outage", holding);

    var enough = new AtomicBoolean();
    var failures = new Semaphore(0);
    Thread emitting =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!enough.get()) {
                    EventId id = EventId.random();
                    EmitOptions options = EmitOptions.builder().eventId(id).build();
                    switch (emitter.tryEmit(Order.PLACED, new Order("o", 1), options)) {
                      case EmitResult.Accepted accepted -> stored.add(id.value());
                      case EmitResult.Failed no -> {
                        assertThat(no.failure().code()).isEqualTo(GalaError.DISPATCH_FAILED);
                        assertThat(no.failure().data()).containsEntry("event_id", id.value());
                        failed.put(id.value(), no.failure().getMessage());
                        failures.release();
                      }
                    }
                  }
                });
    awaitHandled(50);
    if (crash) {
      postgres.crash();
    } else {
      postgres.stop();
    }
    held.countDown(); // Its end has to be written while there is no server.
    assertThat(failures.tryAcquire(20, Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    Await.until("the worker to know", () -> !worker.health().isHealthy());
    assertThat(emitter.health().isHealthy()).as("it runs no workers").isTrue();
    postgres.restart();
    each.drainPermits();
    awaitHandled(50);
    enough.set(true);
    emitting.join(Await.DEADLINE);
    rows.await(
        "all to be completed, also what was claimed and never answered",
        "not exists (select from river_job where state <> 'completed')");
    Await.until("the worker to be well", () -> worker.health().isHealthy());
    worker.stopWorkers();

    assertThat(rows.column("select metadata ->> 'event_id' from river_job"))
        .as("what is stored is what was said to be, or what nobody could know")
        .doesNotHaveDuplicates()
        .containsAll(stored)
        .allSatisfy(
            id ->
                assertThat(stored.contains(id) || failed.get(id).contains("it is not known"))
                    .isTrue());
    assertThat(failed.values())
        .allSatisfy(message -> assertThat(message).containsAnyOf("nothing was stored", "not known"))
        .anySatisfy(message -> assertThat(message).contains("nothing was stored"));
    assertThat(
            rows.column("select metadata ->> 'event_id' from river_job where state = 'completed'"))
        .containsExactlyInAnyOrderElementsOf(handled.keySet());
    assertThat(handled.values()).containsOnly(1);
    assertThat(rows.jobs("attempt <> 1 or errors is not null")).isZero();
  }

  @Test
  void whereTheAnswerToACommitIsLostTheEmitterIsToldThatNobodyKnows() throws Exception {
    Rows rows = database("unknown");
    Cable cable = durable.closing(new Cable(postgres.port()));
    Gala gala = durable.gala(durable.config().url(cable.through(postgres.url("unknown"))));
    CountDownLatch cut = cable.cutAfter("insert into");
    EmitOptions once = EmitOptions.of(Headers.builder().uniqueKey("1").uniqueOnce(true).build());
    assertThatThrownBy(() -> gala.emit(Order.PLACED, new Order("1", 1), once))
        .isInstanceOfSatisfying(
            GalaException.class,
            e -> {
              assertThat(e.code()).isEqualTo(GalaError.DISPATCH_FAILED);
              assertThat(rowsOf(rows)).isEqualTo(e.data().get("event_id"));
            })
        .hasMessageContaining(
            "it is not known whether the event was stored; emitted again it may be there twice")
        .hasMessageContaining("uniqueKey and uniqueOnce")
        .hasMessageNotContaining("nothing was stored");
    Await.latch("the cut", cut);
    assertThat(gala.emit(Order.PLACED, new Order("1", 1), once).duplicate())
        .as("the remedy that the message names")
        .isTrue();
    gala.emit(Order.PLACED, new Order("2", 1));
    assertThat(rows.jobs("true")).isEqualTo(2);
  }

  @Test
  void inTheCallersTransactionALostAnswerIsALostTransaction() throws Exception {
    Rows rows = database("callers");
    Cable cable = durable.closing(new Cable(postgres.port()));
    Gala gala = durable.gala(durable.config().url(postgres.url("callers")));
    PGSimpleDataSource through = new PGSimpleDataSource();
    through.setURL(cable.through(postgres.jdbcUrl("callers")));
    try (Connection connection = through.getConnection()) {
      connection.setAutoCommit(false);
      CountDownLatch cut = cable.cutAfter("insert into");
      assertThatThrownBy(() -> gala.in(connection).emit(Order.PLACED, new Order("1", 1)))
          .hasMessageContaining("nothing was stored");
      Await.latch("the cut", cut);
    }
    assertThat(rows.jobs("true")).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anEndWhoseAnswerIsLostIsWrittenAgainAndCountsOnce(boolean fails) throws Exception {
    expectWarningsOfAnOutage();
    String name = "written_" + fails;
    Rows rows = database(name);
    Cable cable = durable.closing(new Cable(postgres.port()));
    Gala gala = durable.gala(durable.config().url(cable.through(postgres.url(name))));
    gala.on(
        Order.PLACED,
        "recorder",
        (event, context) -> {
          handled.merge(event.id(), 1, Integer::sum);
          if (fails) {
            throw new IllegalStateException("a failure to be written");
          }
        });
    CountDownLatch cut = cable.cutAfter(fails ? "fenced as materialized" : "done.attempted_at");
    gala.startWorkers();
    gala.emit(Order.PLACED, new Order("1", 1), EmitOptions.builder().maxAttempts(1).build());
    Await.latch("the cut", cut);
    gala.stopWorkers();
    assertThat(handled).isEqualTo(Map.of("1", 1));
    assertThat(
            rows.value(
                "select state::text || attempt || cardinality(coalesce(errors, '{}')) from river_job"))
        .isEqualTo(fails ? "discarded11" : "completed10");
    assertThat(durable.warnings("lost its claim")).isZero();
  }

  private void expectWarningsOfAnOutage() {
    // Who leads cannot know, and a crash empties the table.
    durable.expectWarning("leadership: ");
    durable.expectWarning("failed, trying again");
    durable.expectWarning("may have claimed jobs");
    durable.expectWarning("could not be notified");
    durable.expectWarning("could not be written, trying again");
    // A pool may hand out several connections that broke, one after the other.
    durable.expectWarning("writing its halves");
    durable.expectWarning("could not be written, others go before it");
  }

  private void awaitHandled(int count) throws InterruptedException {
    assertThat(each.tryAcquire(count, Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private static String rowsOf(Rows rows) {
    try {
      return rows.value("select metadata ->> 'event_id' from river_job");
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static Rows database(String name) throws Exception {
    try (Connection connection = postgres.connect()) {
      Rows.execute(connection, "create database " + name);
    }
    Gala.create(GalaConfig.builder().url(postgres.url(name)).runMigrations(true).build()).close();
    PGSimpleDataSource source = dataSource(name);
    try (Connection connection = source.getConnection()) {
      Rows.signalChanges(connection);
    }
    return new Rows(source);
  }

  private static PGSimpleDataSource dataSource(String name) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(postgres.jdbcUrl(name));
    return source;
  }
}
