package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.RiverDatabase;
import dev.gala.river.engine.MortalWorker.Manner;
import dev.gala.river.job.Durability;
import dev.gala.test.postgres.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that is restarted again and again, in order and by a crash, under load. */
class RestartTest {
  /** The whole run is {@code -Pchaos}. */
  private static final int RESTARTS = Integer.getInteger("gala.chaos.restarts", 2);

  private static final int WORKERS = 2;
  private static final int EMITTERS = 2;

  /** How many tasks each process begins or stores between two restarts, at least. */
  private static final int BETWEEN = 20;

  private static final int NUMBERS_OF_EACH = 10_000_000;

  /** Shorter than an outage may be, and the lease is still shorter. */
  private static final Duration TTL = Duration.ofSeconds(5);

  private final EmbeddedPostgres postgres = EmbeddedPostgres.builder().durable().start();
  private final List<MortalWorker> workers = new ArrayList<>();
  private final List<MortalWorker> emitters = new ArrayList<>();

  /** What was committed survives a crash here, unlike in other tests. */
  @BeforeEach
  void migrate() throws SQLException {
    try (RiverDatabase database = RiverDatabase.connect(postgres.url())) {
      database.migrator().up();
    }
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create table effect (number int)");
    }
  }

  @AfterEach
  void close() throws Exception {
    try {
      stop(emitters);
      stop(workers);
    } finally {
      postgres.close();
    }
  }

  private static void stop(List<MortalWorker> processes) throws Exception {
    for (MortalWorker process : processes) {
      process.close();
    }
  }

  @Test
  void nothingIsLostNothingDoubledAndNoWorkerStops() throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < WORKERS; i++) {
      workers.add(MortalWorker.start(postgres.url(), "worker-" + i, TTL, Manner.PLAIN));
    }
    for (int i = 0; i < EMITTERS; i++) {
      emitters.add(
          MortalWorker.start(
              Emitting.class,
              postgres.url(),
              String.valueOf(i * NUMBERS_OF_EACH),
              Durability.FULL.name()));
    }
    for (int restart = 0; restart < RESTARTS; restart++) {
      awaitLoad();
      boolean crash = restart % 2 == 1;
      if (crash) {
        postgres.crash();
      } else {
        postgres.stop();
      }
      if (random.nextBoolean()) {
        awaitRefusals();
      }
      postgres.restart();
    }
    awaitLoad();
    stop(emitters);
    awaitNumber("select count(*) from river_job where state <> 'completed'", 0);
    stop(workers);

    assertStored(seed);
    assertRuns(seed);
  }

  /** Each of them works, after whatever was. */
  private void awaitLoad() throws InterruptedException {
    for (MortalWorker emitter : emitters) {
      emitter.await("stored", emitter.tasks("stored").size() + BETWEEN);
    }
    for (MortalWorker worker : workers) {
      worker.await("begun", worker.tasks("begun").size() + BETWEEN);
    }
  }

  private void awaitRefusals() throws InterruptedException {
    for (MortalWorker emitter : emitters) {
      emitter.await("failed", emitter.tasks("failed").size() + 1);
    }
  }

  /** What is there is what was said to be, or what nobody could know. */
  private void assertStored(long seed) throws SQLException {
    List<Integer> rows = numbers("select (args->>'number')::int from river_job");
    Set<Integer> possible = new HashSet<>();
    for (MortalWorker emitter : emitters) {
      possible.addAll(emitter.tasks("stored"));
      assertThat(rows).as("seed %s", seed).containsAll(emitter.tasks("stored"));
    }
    for (MortalWorker emitter : emitters) {
      possible.addAll(emitter.tasks("unknown"));
    }
    assertThat(rows).as("seed %s", seed).doesNotHaveDuplicates().isSubsetOf(possible);
  }

  /**
   * Every task ran once, but for those whose own transaction was lost, which says so in their rows,
   * and those that were interrupted because their client was cut off for too long.
   */
  private void assertRuns(long seed) throws SQLException {
    Map<Integer, Integer> runs = count("begun");
    Map<Integer, Integer> told = count("told");
    assertThat(numbers("select number from effect order by number"))
        .as("seed %s: what is written with the completion is written once", seed)
        .isEqualTo(
            numbers(
                "select (args->>'number')::int as number from river_job"
                    + " where (args->>'number')::int % 2 = 1 order by number"));
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select (args->>'number')::int, attempt, coalesce(cardinality(errors), 0),"
                    + " coalesce(errors::text, '') from river_job")) {
      while (rows.next()) {
        int number = rows.getInt(1);
        String what = "seed %d: task %d, %s".formatted(seed, number, rows.getString(4));
        int failures = rows.getInt(3);
        assertThat(runs.get(number))
            .as(what)
            .isNotNull()
            .isLessThanOrEqualTo(1 + failures + told.getOrDefault(number, 0));
        assertThat(rows.getInt(2)).as(what).isEqualTo(1 + failures);
        if (number % 2 == 0) {
          assertThat(failures).as("%s: finished work ends in the same attempt", what).isZero();
        }
        assertThat(rows.getString(4)).as(what).doesNotContain("worker died", "Stuck job");
      }
    }
  }

  private Map<Integer, Integer> count(String word) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (MortalWorker worker : workers) {
      worker.tasks(word).forEach(number -> counts.merge(number, 1, Integer::sum));
    }
    return counts;
  }

  /** Looks again and again: what happens, happens in other processes. */
  private void awaitNumber(String query, int expected) throws SQLException {
    long deadline = System.nanoTime() + 120_000_000_000L;
    while (!numbers(query).equals(List.of(expected))) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError(query + " gives " + numbers(query));
      }
      // The server waits: a sleep of ours would be no signal either.
      numbers("select 1 from pg_sleep(0.1)");
    }
  }

  private List<Integer> numbers(String query) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      var numbers = new ArrayList<Integer>();
      while (rows.next()) {
        numbers.add(rows.getInt(1));
      }
      return numbers;
    }
  }
}
