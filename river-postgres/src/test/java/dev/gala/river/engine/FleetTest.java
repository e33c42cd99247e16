package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.engine.FleetWorker.Numbered;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.Tx;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes that work one queue. */
class FleetTest {
  private static final int JOBS = 50_000;
  private static final int CHUNK = 5_000;

  private final TestDatabase postgres = TestDatabase.create();

  @BeforeEach
  void migrate() {
    try (RiverDatabase database = RiverDatabase.connect(postgres.url())) {
      database.migrator().up();
    }
  }

  private void insertEverything() {
    try (RiverDatabase database = RiverDatabase.connect(postgres.url())) {
      try (RiverClient client = RiverClient.create(database, RiverConfig.builder().build())) {
        for (int from = 0; from < JOBS; from += CHUNK) {
          client.insertMany(
              IntStream.range(from, from + CHUNK)
                  .mapToObj(
                      number ->
                          new JobInsert<>(
                              FleetWorker.NUMBERED, new Numbered(number), InsertOptions.defaults()))
                  .toList(),
              Tx.own());
        }
      }
    }
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  @Test
  @RiverPoint(40)
  void completeEveryJobExactlyOnce() throws Exception {
    var begun = new ArrayList<Integer>();
    FleetWorker one = FleetWorker.start(postgres.url(), "one", false);
    FleetWorker two = FleetWorker.start(postgres.url(), "two", false);
    try (one;
        two) {
      insertEverything();
      one.awaitBegun(1);
      two.awaitBegun(1);
      awaitNumber("select count(*) from river_job where state <> 'completed'", 0);
    }
    begun.addAll(one.begun());
    begun.addAll(two.begun());
    assertThat(begun).hasSize(JOBS).doesNotHaveDuplicates();
    assertThat(number("select count(*) from river_job where attempt = 1 and errors is null"))
        .isEqualTo(JOBS);
    assertThat(number("select count(distinct attempted_by) from river_job")).isEqualTo(2);
  }

  @Test
  @RiverPoint(40)
  void whatRanInAKilledProcessAndNothingElseRunsAgain() throws Exception {
    FleetWorker victim = FleetWorker.start(postgres.url(), "victim", true);
    FleetWorker survivor = FleetWorker.start(postgres.url(), "survivor", false);
    List<Integer> lost;
    try (survivor) {
      try {
        insertEverything();
        // Among so many are some that it never ends, so it dies while it works.
        victim.awaitBegun(2_000);
      } finally {
        victim.kill();
      }
      // The survivor finds out that it is dead, and puts back what it was running.
      awaitNumber("select count(*) from river_job where state <> 'completed'", 0);
      lost = numbers("select (args->>'number')::int from river_job where errors is not null");
    }
    assertThat(number("select count(*) from river_job")).isEqualTo(JOBS);
    assertThat(lost).isNotEmpty();
    Set<Integer> ofTheVictim = new HashSet<>(victim.begun());
    Set<Integer> again = new HashSet<>(survivor.begun());
    assertThat(victim.begun()).doesNotHaveDuplicates();
    assertThat(survivor.begun()).doesNotHaveDuplicates();
    again.retainAll(ofTheVictim);
    assertThat(lost).containsAll(again);
    assertThat(survivor.begun()).containsAll(lost);
    assertThat(ofTheVictim.size() + survivor.begun().size() - again.size()).isEqualTo(JOBS);
  }

  /** Looks again and again: what happens, happens in other processes. */
  private void awaitNumber(String query, long expected) throws SQLException {
    long deadline = System.nanoTime() + 120_000_000_000L;
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      long found = -1;
      while (found != expected) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError(query + " gives " + found);
        }
        // The server waits: a sleep of ours would be no signal either.
        statement.execute("select pg_sleep(0.05)");
        try (ResultSet rows = statement.executeQuery(query)) {
          rows.next();
          found = rows.getLong(1);
        }
      }
    }
  }

  private long number(String query) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
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
