package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.engine.FleetWorker.Numbered;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.Tx;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Processes that lead one after the other. */
class FailoverTest {
  /** So rarely does a client ask, or renew, that only a notification can be the reason. */
  private static final Duration HARDLY_EVER = Duration.ofMinutes(10);

  private static final Duration USUAL = Duration.ofSeconds(5);

  private record Row(String leaderId, Instant electedAt, Instant expiresAt) {}

  private final TestDatabase postgres = TestDatabase.create();
  private RiverDatabase database;
  private RiverClient inserting;

  @BeforeEach
  void migrate() {
    database = RiverDatabase.connect(postgres.url());
    database.migrator().up();
    inserting = RiverClient.create(database, RiverConfig.builder().build());
  }

  @AfterEach
  void close() {
    inserting.close();
    database.close();
    postgres.close();
  }

  private FleetWorker worker(String id, Duration interval) throws Exception {
    return FleetWorker.start(postgres.url(), id, false, interval);
  }

  /** A job that becomes available only if somebody leads. */
  private void insertScheduled(int number) {
    inserting.insert(
        FleetWorker.NUMBERED,
        new Numbered(number),
        InsertOptions.builder().scheduledAt(Instant.now().minusSeconds(60)).build(),
        Tx.own());
  }

  private Row awaitLeader(String id) throws SQLException {
    return awaitLeader(id, other -> {});
  }

  /** Has the leadership move there; asked again when who resigned was quicker to stand again. */
  private void moveLeadership(String id) throws SQLException {
    var asked = new HashSet<Instant>();
    awaitLeader(
        id,
        other -> {
          if (asked.add(other.electedAt())) {
            inserting.requestResign(Tx.own());
          }
        });
  }

  private Row awaitLeader(String id, Consumer<Row> meanwhile) throws SQLException {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      while (System.nanoTime() < deadline) {
        statement.execute("select pg_sleep(0.05)");
        try (ResultSet rows =
            statement.executeQuery(
                "select leader_id, elected_at, expires_at from river_leader where expires_at >="
                    + " now()")) {
          if (rows.next()) {
            Row row = row(rows);
            if (row.leaderId().startsWith(id)) {
              return row;
            }
            meanwhile.accept(row);
          }
        }
      }
      throw new AssertionError(id + " does not lead");
    }
  }

  private static Row row(ResultSet rows) throws SQLException {
    return new Row(
        rows.getString(1), rows.getTimestamp(2).toInstant(), rows.getTimestamp(3).toInstant());
  }

  @Test
  @RiverPoint(82)
  void aKilledLeaderIsFollowedWhenItsTermIsOver() throws Exception {
    try (FleetWorker one = worker("one", USUAL)) {
      awaitLeader("one");
      try (FleetWorker two = worker("two", USUAL)) {
        insertScheduled(1);
        awaitBegun(one, two, 1);
        one.kill();
        Row last = lastRow();
        insertScheduled(2);

        Row next = awaitLeader("two");

        assertThat(last.leaderId()).startsWith("one");
        assertThat(next.electedAt()).isAfter(last.expiresAt());
        awaitBegun(two, two, 2);
      }
    }
  }

  /** What was scheduled before the death may run in either process. */
  private static void awaitBegun(FleetWorker one, FleetWorker two, int number) {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!one.begun().contains(number) && !two.begun().contains(number)) {
      assertThat(System.nanoTime()).as("job %s does not begin", number).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private Row lastRow() throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select leader_id, elected_at, expires_at from river_leader")) {
      rows.next();
      return row(rows);
    }
  }

  @Test
  @RiverPoint(83)
  void aLeaderThatStopsHandsOverAtOnce() throws Exception {
    try (FleetWorker one = worker("one", HARDLY_EVER)) {
      Row first = awaitLeader("one");
      try (FleetWorker two = worker("two", HARDLY_EVER)) {
        one.close();

        Row next = awaitLeader("two");

        // Not because the term was over, nor because it was time to ask again.
        assertThat(next.electedAt()).isBefore(first.expiresAt());
        insertScheduled(1);
        two.awaitBegun(1);
      }
    }
    assertThat(rows()).as("who stopped last has left no row").isZero();
  }

  @Test
  @RiverPoint(84)
  void aRequestToResignMovesTheLeadership() throws Exception {
    try (FleetWorker one = worker("one", HARDLY_EVER)) {
      awaitLeader("one");
      try (FleetWorker two = worker("two", HARDLY_EVER)) {
        moveLeadership("two");

        moveLeadership("one");
      }
    }
  }

  private long rows() throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from river_leader")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
