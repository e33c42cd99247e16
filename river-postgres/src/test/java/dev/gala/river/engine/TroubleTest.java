package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.HeartbeatConfig;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.json.JsonArgs;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkContext;
import dev.gala.test.postgres.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A database in trouble, under load, for longer than the TTL: nobody is taken for dead, nothing is
 * lost, and both clients go on when it is over.
 */
class TroubleTest {
  record Numbered(int number) {}

  private static final JobType<Numbered> NUMBERED =
      JobType.of("numbered", JsonArgs.of(Numbered.class));

  private static final Duration TTL = Duration.ofSeconds(2);
  private static final Duration LONGER = Duration.ofMillis(3_500);
  private static final int CONNECTIONS = 40;
  private static final int SLOTS = 10;
  private static final int BATCH = 200;

  /** Of two clients with ten loops each, one of which may see several troubles. */
  private static final int MOST_WARNINGS = 120;

  private static EmbeddedPostgres postgres;

  private final Map<Integer, Integer> ended = new ConcurrentHashMap<>();
  private final Semaphore ends = new Semaphore(0);
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore mayEnd = new Semaphore(0);
  private final Warnings warnings = new Warnings();
  private RiverDatabase one;
  private RiverDatabase two;
  private int inserted;

  /** What was committed must survive a crash here, unlike in other tests. */
  @BeforeAll
  static void start() {
    postgres =
        EmbeddedPostgres.builder()
            .durable()
            .setting("max_connections", String.valueOf(CONNECTIONS))
            .start();
  }

  @AfterAll
  static void end() {
    postgres.close();
  }

  @BeforeEach
  void connect() throws SQLException {
    execute("drop schema public cascade; create schema public");
    one = RiverDatabase.at(postgres.url()).applicationName("one").connect();
    two = RiverDatabase.at(postgres.url()).applicationName("two").connect();
    one.migrator().up();
    warnings.begin();
  }

  @AfterEach
  void close() {
    warnings.end();
    one.close();
    two.close();
  }

  private RiverClient client(RiverDatabase database) {
    return RiverClient.create(
        database,
        RiverConfig.builder()
            .queue("default", SLOTS)
            .heartbeat(HeartbeatConfig.ofTtl(TTL))
            .worker(NUMBERED, this::work)
            .build());
  }

  /** Every tenth job ends when it may. */
  private Outcome work(WorkContext<Numbered> context) throws InterruptedException {
    int number = context.args().number();
    begun.release();
    if (number % 10 == 0) {
      mayEnd.acquire();
    }
    ended.merge(number, 1, Integer::sum);
    ends.release();
    return Outcome.done();
  }

  private void insert(RiverClient client) {
    client.insertMany(
        IntStream.range(0, BATCH)
            .mapToObj(
                i -> new JobInsert<>(NUMBERED, new Numbered(++inserted), InsertOptions.defaults()))
            .toList(),
        Tx.own());
  }

  /** How the database is troubled, and how that ends. */
  enum Trouble {
    STOPPED {
      @Override
      void during(Runnable meanwhile) {
        postgres.stop();
        meanwhile.run();
        postgres.restart();
      }
    },
    CRASHED {
      @Override
      void during(Runnable meanwhile) {
        postgres.crash();
        meanwhile.run();
        postgres.restart();
      }
    },
    /** As after a failover to a standby that is not promoted yet. */
    READ_ONLY {
      @Override
      void during(Runnable meanwhile) throws SQLException {
        execute("alter system set default_transaction_read_only = on");
        execute("select pg_reload_conf()");
        meanwhile.run();
        execute("alter system reset default_transaction_read_only");
        execute("select pg_reload_conf()");
      }
    },
    /** Everybody's connections break, and there is no room for new ones. */
    NO_ROOM {
      @Override
      void during(Runnable meanwhile) throws SQLException {
        var others = new ArrayList<Connection>();
        others.add(DriverManager.getConnection(postgres.jdbcUrl()));
        try (Statement statement = others.getFirst().createStatement()) {
          // Whoever is quicker has the room that is left: until nobody else has any.
          while (others.size() < CONNECTIONS) {
            statement.execute(
                "select pg_terminate_backend(pid, 1000) from pg_stat_activity"
                    + " where application_name in ('one', 'two')");
            takeRoom(others);
          }
          meanwhile.run();
        } finally {
          for (Connection other : others) {
            other.close();
          }
        }
      }

      private static void takeRoom(List<Connection> others) {
        try {
          while (others.size() < CONNECTIONS) {
            others.add(DriverManager.getConnection(postgres.jdbcUrl()));
          }
        } catch (SQLException full) {
          assertThat(full.getSQLState()).isEqualTo("53300");
        }
      }
    },
    HEARTBEATS_LOCKED {
      @Override
      void during(Runnable meanwhile) throws SQLException {
        try (Connection other = DriverManager.getConnection(postgres.jdbcUrl());
            Statement statement = other.createStatement()) {
          other.setAutoCommit(false);
          statement.execute("lock table gala_client in exclusive mode");
          meanwhile.run();
          other.rollback();
        }
      }
    },
    /** Serialization failures and deadlocks, wherever something is written. */
    CONFLICTS {
      @Override
      void during(Runnable meanwhile) throws SQLException {
        execute(
            """
            create function conflict() returns trigger language plpgsql as $body$
            begin
              if random() < 0.5 then
                raise exception 'troubled' using errcode = '40001';
              end if;
              raise exception 'troubled' using errcode = '40P01';
            end
            $body$;
            create trigger troubled before update on river_job
              for each statement execute function conflict();
            create trigger troubled before update on gala_client
              for each statement execute function conflict();
            """);
        meanwhile.run();
        execute("drop function conflict cascade");
      }
    };

    abstract void during(Runnable meanwhile) throws SQLException;
  }

  /** Without room, pools wait half a minute before they say so: for the profile of long runs. */
  private static Stream<Trouble> troubles() {
    boolean longRun = Integer.getInteger("gala.chaos.restarts", 2) > 2;
    return Stream.of(Trouble.values()).filter(each -> longRun || each != Trouble.NO_ROOM);
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void nobodyIsTakenForDeadNothingIsLostAndNoWorkerStops(Trouble trouble) throws Exception {
    try (RiverClient first = client(one);
        RiverClient second = client(two)) {
      first.start();
      second.start();
      insert(first);
      await("the load", begun, 50);

      trouble.during(
          () -> {
            mayEnd.release(5); // Some end now, and cannot say so.
            await("what is wrong", () -> !first.health().isHealthy());
            await("what is wrong", () -> !second.health().isHealthy());
            outlast(LONGER);
          });

      mayEnd.release(1_000_000);
      insertWhenPossible(first);
      awaitCompleted();
      await("health", () -> first.health().isHealthy() && second.health().isHealthy());
      assertThat(warnings.count())
          .as("what is told of %s: %s", trouble, warnings)
          .isLessThan(MOST_WARNINGS);
      // Both work still.
      for (RiverClient client : List.of(first, second)) {
        ends.drainPermits();
        insert(client);
        await("the jobs", ends, BATCH);
      }
      awaitCompleted();
      assertThat(number("select count(*) from gala_client where sweeps = 0")).isEqualTo(2);
    }
    assertThat(number("select count(*) from river_job")).isEqualTo(inserted);
    assertThat(ended).hasSize(inserted);
    assertThat(ended.values()).as("what ended was completed").containsOnly(1);
    assertThat(number("select count(*) from river_job where attempt <> 1 or errors is not null"))
        .as("no attempt was used in vain")
        .isZero();
    assertThat(
            number("select count(distinct attempted_by[cardinality(attempted_by)]) from river_job"))
        .isEqualTo(2);
  }

  /** The length of the trouble is what is tested: there is nothing to wait for. */
  private static void outlast(Duration time) {
    try {
      assertThat(new Semaphore(0).tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void insertWhenPossible(RiverClient client) {
    await(
        "an insert",
        () -> {
          try {
            client.insertMany(
                List.of(
                    new JobInsert<>(
                        NUMBERED, new Numbered(inserted + 1), InsertOptions.defaults())),
                Tx.own());
            inserted++;
            return true;
          } catch (RiverException e) {
            assertThat(e.isTransient()).as(e.getMessage()).isTrue();
            return false;
          }
        });
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + 90_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited in vain for " + what);
      }
      LockSupport.parkNanos(10_000_000);
    }
  }

  private static void await(String what, Semaphore semaphore, int permits)
      throws InterruptedException {
    assertThat(semaphore.tryAcquire(permits, 90, TimeUnit.SECONDS)).as(what).isTrue();
  }

  private static void awaitCompleted() throws SQLException {
    long deadline = System.nanoTime() + 90_000_000_000L;
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      while (true) {
        // The server waits: a sleep of ours would be no signal either.
        try (ResultSet rows =
            statement.executeQuery(
                "select string_agg(distinct state::text, ' '), count(*) from pg_sleep(0.05),"
                    + " river_job where state <> 'completed'")) {
          rows.next();
          if (rows.getInt(2) == 0) {
            return;
          }
          assertThat(System.nanoTime())
              .as("%s jobs are still %s", rows.getInt(2), rows.getString(1))
              .isLessThan(deadline);
        }
      }
    }
  }

  private static long number(String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
