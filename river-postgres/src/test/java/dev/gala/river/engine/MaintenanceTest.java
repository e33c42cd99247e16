package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.JobType;
import dev.gala.river.job.MaintenanceConfig;
import dev.gala.river.json.JsonArgs;
import dev.gala.river.worker.Outcome;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a leader does, on a real database. */
class MaintenanceTest {
  record Numbered(int number) {}

  private static final JobType<Numbered> NUMBERED =
      JobType.of("numbered", JsonArgs.of(Numbered.class));
  private static final Duration OFTEN = Duration.ofMillis(20);

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

  /** A client of which nothing is known but that it may lead: its own queue stays empty. */
  private RiverClient client(String id, Duration election, MaintenanceConfig.Builder maintenance) {
    maintenance.intervals(new MaintenanceConfig.Intervals(election, OFTEN, OFTEN, OFTEN, OFTEN));
    RiverConfig config =
        RiverConfig.builder()
            .id(id)
            .queue("empty", 1)
            .worker(NUMBERED, context -> Outcome.done())
            .retryPolicy((job, now) -> now.plus(Duration.ofDays(1)))
            .maintenance(maintenance.build())
            .build();
    return RiverClient.create(database, config);
  }

  private static final Duration USUAL = Duration.ofSeconds(5);

  @Test
  @RiverPoint({88, 90})
  void stuckJobsAreRescuedAndOldOnesDeleted() throws Exception {
    execute(
        """
        insert into river_job (args, attempt, attempted_at, kind, max_attempts, metadata, state)
        select
          '{"number": 1}', 1, now() - interval '2 hours', kind, max_attempts, metadata::jsonb,
          'running'
        from (
          values
            ('numbered', 25, '{}'),
            ('numbered', 1, '{"river:rescue_count": 2}'),
            ('numbered', 25, '{"cancel_attempted_at": "2026-01-02T03:04:05Z"}'),
            ('foreign', 25, '{}'),
            ('numbered', 25, '[]')
        ) as job (kind, max_attempts, metadata)
        """);
    execute(
        """
        insert into river_job (args, finalized_at, kind, max_attempts, state)
        select '{}', now() - age * interval '1 hour', 'foreign', 25, state::river_job_state
        from unnest(array['cancelled', 'completed', 'discarded']) as state,
          unnest(array[23, 25, 169]) as age
        """);
    execute(
        """
        insert into river_queue (name, updated_at) values ('gone', now() - interval '25 hours')
        """);
    try (RiverClient client = client("one", USUAL, MaintenanceConfig.builder())) {
      client.start();
      awaitNumber("select count(*) from river_job where state = 'running'", 1);
      awaitNumber("select count(*) from river_job where finalized_at < now() - interval '1 h'", 4);
      awaitNumber("select count(*) from river_queue where name = 'gone'", 0);
    }
    assertThat(
            texts(
                """
                select concat_ws(
                  ' ', state, attempt, errors[1]->>'error', metadata, finalized_at is null)
                from river_job where id <= 5 order by id
                """))
        .containsExactly(
            "retryable 1 Stuck job rescued by JobRescuer {\"river:rescue_count\": 1} t",
            "discarded 1 Stuck job rescued by JobRescuer {\"river:rescue_count\": 3} f",
            "cancelled 1 Stuck job rescued by JobRescuer {\"river:rescue_count\": 1,"
                + " \"cancel_attempted_at\": \"2026-01-02T03:04:05Z\"} f",
            "running 1 {} t",
            "retryable 1 Stuck job rescued by JobRescuer [] t");
    assertThat(
            texts(
                """
                select concat_ws(' ', state, extract(epoch from now() - finalized_at)::int / 3600)
                from river_job where id > 5 order by 1
                """))
        .containsExactly("cancelled 23", "completed 23", "discarded 23", "discarded 25");
  }

  @Test
  @RiverPoint(88)
  void unknownKindsAreRescuedIfAskedFor() throws Exception {
    execute(
        """
        insert into river_job (args, attempt, attempted_at, kind, max_attempts, state)
        values ('{}', 1, now() - interval '2 hours', 'foreign', 25, 'running')
        """);
    try (RiverClient client =
        client("one", USUAL, MaintenanceConfig.builder().rescueUnknownKinds(true))) {
      client.start();
      awaitNumber("select count(*) from river_job where state = 'retryable'", 1);
    }
  }

  @Test
  @RiverPoint(91)
  void indexesAreRebuiltWhenTheirTimeHasCome() throws Exception {
    String before = texts("select 'river_job_kind'::regclass::oid").getFirst();
    MaintenanceConfig.Builder maintenance =
        MaintenanceConfig.builder()
            .reindexIndexes(List.of("river_job_kind"))
            .reindexSchedule(new OnceSoon()::next);
    try (RiverClient client = client("one", USUAL, maintenance)) {
      client.start();
      awaitNumber(
          "select count(*) from pg_class where oid = " + before + " and relname like 'river_job%'",
          0);
    }
    assertThat(texts("select relname from pg_class where relname like '%\\_cc%'")).isEmpty();
  }

  /** A schedule of one time, a moment from now. */
  private static final class OnceSoon {
    private boolean given;

    private Instant next(Instant after) {
      Instant time = after.plus(given ? Duration.ofDays(1) : OFTEN);
      given = true;
      return time;
    }
  }

  @Test
  @RiverPoint({87, 88, 90})
  void twoLeadersAtOnceDoNoHarm() throws Exception {
    execute(
        """
        insert into river_job (
          args, attempt, attempted_at, finalized_at, kind, max_attempts, queue, scheduled_at, state,
          unique_key, unique_states)
        select
          '{"number": 1}', 1, now() - interval '2 hours',
          case when state = 'completed' then now() - interval '2 days' end, 'numbered', 25, 'away',
          now() - interval '1 hour', state::river_job_state,
          -- Of every ten, two with one key: waiting for their time in two states, of which one blocks.
          case when state <> 'running' and n % 10 = 0 then decode(lpad(n::text, 64, '0'), 'hex') end,
          case when state <> 'running' and n % 10 = 0 then 209::bit(8) end
        from generate_series(1, 4000) as n,
          unnest(array['running', 'completed', 'retryable', 'scheduled']) as state
        """);
    MaintenanceConfig.Builder maintenance = MaintenanceConfig.builder();
    try (RiverClient one = client("one", Duration.ofHours(1), maintenance);
        RiverClient two = client("two", Duration.ofHours(1), maintenance)) {
      // The first goes on as if it led, for an hour.
      one.start();
      awaitNumber("select count(*) from river_leader where leader_id like 'one%'", 1);
      execute("delete from river_leader");
      two.start();
      awaitNumber("select count(*) from river_leader where leader_id like 'two%'", 1);
      awaitNumber("select count(*) from river_job where state in ('running', 'completed')", 0);
      awaitNumber(
          "select count(*) from river_job where state in ('retryable', 'scheduled')"
              + " and scheduled_at < now()",
          0);
    }
    assertThat(number("select count(*) from river_job")).isEqualTo(12_000);
    assertThat(
            number(
                "select count(*) from river_job where metadata->'river:rescue_count' = '1' and"
                    + " cardinality(errors) = 1 and state = 'retryable' and attempt = 1"))
        .isEqualTo(4_000);
    // Of two of a key one went on, and one was discarded; never both.
    assertThat(number("select count(*) from river_job where state = 'discarded'")).isEqualTo(400);
    assertThat(number("select count(*) from river_job where state = 'available'")).isEqualTo(7_600);
    assertThat(
            number(
                "select count(distinct unique_key) from river_job where state = 'available' and"
                    + " unique_key is not null"))
        .isEqualTo(400);
  }

  private void awaitNumber(String query, long expected) throws SQLException {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    long found = -1;
    while (found != expected) {
      assertThat(System.nanoTime()).as(query + " gives " + found).isLessThan(deadline);
      // The server waits: a sleep of ours would be no signal either.
      execute("select pg_sleep(0.05)");
      found = number(query);
    }
  }

  private long number(String query) throws SQLException {
    return Long.parseLong(texts(query).getFirst());
  }

  private List<String> texts(String query) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      var texts = new ArrayList<String>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
