package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobType;
import dev.gala.river.job.MaintenanceConfig;
import dev.gala.river.job.UniqueOptions;
import dev.gala.river.json.JsonArgs;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.PeriodicJob;
import dev.gala.river.worker.PeriodicSchedule;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Periodic jobs on a real database, with real elections. */
class PeriodicTest {
  record Report(String leader) {}

  record Nothing() {}

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Nobody works it: its rows stay as they were inserted. */
  private static final JobType<Report> REPORT = JobType.of("report", JsonArgs.of(Report.class));

  private static final JobType<Nothing> OTHER = JobType.of("other", JsonArgs.of(Nothing.class));

  private final TestDatabase postgres = TestDatabase.create();
  private RiverDatabase database;

  @BeforeEach
  void connect() {
    database = RiverDatabase.connect(postgres.url());
    database.migrator().up();
  }

  @AfterEach
  void close() {
    database.close();
    postgres.close();
  }

  private static RiverConfig.Builder config(String id) {
    // Elections come often, so that a leadership that is lost is noticed soon.
    var usual = MaintenanceConfig.Intervals.usual();
    var often =
        new MaintenanceConfig.Intervals(
            Duration.ofMillis(300),
            usual.scheduler(),
            usual.rescuer(),
            usual.cleaner(),
            usual.queueCleaner());
    return RiverConfig.builder()
        .id(id)
        .queue("default", 1)
        .worker(OTHER, context -> Outcome.done())
        .skipUnknownKindCheck(true)
        .maintenance(MaintenanceConfig.builder().intervals(often).build());
  }

  /** A client, not started, that inserts a report every second while it leads. */
  static RiverClient everySecond(RiverDatabase database, String id) {
    InsertOptions oncePerSecond =
        InsertOptions.builder().unique(UniqueOptions.builder().byPeriod(SECOND).build()).build();
    PeriodicJob<Report> job =
        PeriodicJob.of(REPORT, PeriodicSchedule.aligned(SECOND), () -> new Report(id))
            .withOptions(oncePerSecond)
            .withId("every_second")
            .withRunOnStart();
    return RiverClient.create(database, config(id).periodicJob(job).build());
  }

  @Test
  @RiverPoint(92)
  void theRowsAreAsRiversLeaderWritesThem() throws SQLException {
    Instant slot = Instant.parse("2026-03-01T12:00:00.123456Z");
    InsertOptions options =
        InsertOptions.builder().metadata("{\"mine\": 1e2}").queue("reports").build();
    PeriodicJob<Report> job =
        PeriodicJob.of(REPORT, PeriodicSchedule.never(), at -> new Report(at.toString()))
            .withOptions(options)
            .withId("nightly-report")
            .withRunOnStart();
    RiverConfig config = config("me").periodicJob(job).clock(InstantSource.fixed(slot)).build();
    try (RiverClient client = RiverClient.create(database, config)) {
      client.start();
      awaitAtLeast("select count(*) from river_job", 1);
    }
    assertThat(
            text(
                "select concat_ws(' ', kind, state, queue, attempt, priority, max_attempts, args,"
                    + " metadata, scheduled_at at time zone 'UTC') from river_job"))
        .isEqualTo(
            "report available reports 0 1 25 {\"leader\": \"2026-03-01T12:00:00.123456Z\"}"
                + " {\"mine\": 100, \"periodic\": true,"
                + " \"river:periodic_job_id\": \"nightly-report\"}"
                + " 2026-03-01 12:00:00.123456");
    assertThat(text("select count(*) from river_job where created_at > now() - interval '1 hour'"))
        .isEqualTo("1");
  }

  @Test
  @RiverPoint({92, 93})
  void whoeverLeadsThereIsOneRowForEachSlot() throws SQLException {
    try (RiverClient one = everySecond(database, "one")) {
      one.start();
      awaitAtLeast(by("one"), 1);
      try (RiverClient two = everySecond(database, "two")) {
        two.start();
        awaitAtLeast(by("one"), 3);
        one.stop();
        awaitAtLeast(by("two"), 3);

        // Now a change nobody is told of: for a moment both may take themselves for the leader.
        one.start();
        execute("delete from river_leader");
        awaitAtLeast("select count(*) from river_leader", 1);
        long before = Long.parseLong(text("select count(*) from river_job"));
        awaitAtLeast("select count(*) from river_job", before + 3);
        assertThat(two.id()).startsWith("two_");
      }
    }
    assertThat(
            text(
                "select count(*) from (select 1 from river_job group by date_trunc('second',"
                    + " scheduled_at) having count(*) > 1) twice"))
        .isEqualTo("0");
    assertThat(text("select count(*) from river_job where state <> 'available'")).isEqualTo("0");
    // What runs on start is not on the second; everything else is.
    assertThat(
            text(
                "select count(*) from river_job where scheduled_at = date_trunc('second',"
                    + " scheduled_at)"))
        .satisfies(count -> assertThat(Integer.parseInt(count)).isGreaterThanOrEqualTo(6));
  }

  private static String by(String leader) {
    return "select count(*) from river_job where args->>'leader' = '" + leader + "'";
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String text(String query) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** Looks again and again: the clients tell nobody what they insert. */
  private void awaitAtLeast(String query, long wanted) throws SQLException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (Long.parseLong(text(query)) < wanted) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(query + " does not give " + wanted);
      }
      // The server waits: a sleep of ours would be no signal either.
      execute("select pg_sleep(0.05)");
    }
  }
}
