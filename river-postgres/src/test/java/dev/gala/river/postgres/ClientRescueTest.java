package dev.gala.river.postgres;

import static dev.gala.river.postgres.MigratedDatabase.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.driver.Heartbeats;
import dev.gala.river.driver.Heartbeats.BeatParams;
import dev.gala.river.driver.Heartbeats.Dead;
import dev.gala.river.driver.Heartbeats.Rescue;
import dev.gala.river.driver.Heartbeats.RescueParams;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a rescue meets in a real table, and two that want to do it. */
class ClientRescueTest {
  private static final Duration TTL = Duration.ofSeconds(15);
  private static final String LOCK = "select pg_advisory_xact_lock(1735550323, hashtext('public'))";

  private MigratedDatabase migrated;
  private Heartbeats heartbeats;

  @BeforeEach
  void open() {
    migrated = new MigratedDatabase();
    heartbeats = migrated.driver.heartbeats(Duration.ofSeconds(1));
    heartbeats.beat(new BeatParams("dead", TTL));
  }

  @AfterEach
  void close() {
    heartbeats.close();
    migrated.close();
  }

  private void run(String kind) {
    migrated.driver.executor().jobInsertFast(List.of(job(kind)), Set.of());
    assertThat(
            migrated
                .driver
                .executor()
                .jobGetAvailable(new JobGetAvailableParams("dead", null, 1, "default")))
        .hasSize(1);
  }

  private Rescue rescue() {
    return heartbeats.rescue(
        new RescueParams(List.of(new Dead("dead", 1, "it died")), 100, Duration.ofDays(1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "metadata = '[1]' | metadata = '[1]' and errors[1]->>'error' = 'it died'",
        "metadata = '7' | metadata = '7' and errors is not null",
        "metadata = '{\"river:rescue_count\": \"x\"}' | metadata->>'river:rescue_count' = '1'",
        "metadata = '{\"river:rescue_count\": -3}' | metadata->>'river:rescue_count' = '1'",
        "metadata = '{\"river:rescue_count\": 1e300}' | scheduled_at > now() + interval '3 days'",
        "errors = array[array['{}', '{}']]::jsonb[] | array_ndims(errors) = 2",
        "attempt = 32767, max_attempts = 32767 | state = 'discarded'",
        "created_at = 'infinity' | state = 'available'",
        "attempted_at = '-infinity' | state = 'available'",
        "attempted_by = '[2:3]={a,dead}' | state = 'available'"
      })
  void anOddRowIsPutBackAllTheSame(String odd, String expected) throws Exception {
    run("odd");
    migrated.execute("update river_job set " + odd + " where kind = 'odd'");
    run("plain");

    assertThat(rescue().jobs()).hasSize(2);

    assertThat(migrated.column("select kind from river_job where " + expected)).contains("odd");
    assertThat(migrated.column("select kind from river_job where state = 'running'")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "attempted_by = null",
        "attempted_by = '{}'",
        "attempted_by = '{{dead},{dead}}'",
        "attempted_by = '{dead,another}'",
        "state = 'available'"
      })
  void whatIsNotTheDeadOnesStays(String change) throws Exception {
    run("other");
    migrated.execute("update river_job set " + change);
    String row = "select xmin::text from river_job";
    String before = migrated.value(row);

    assertThat(rescue().jobs()).isEmpty();

    assertThat(migrated.value(row)).isEqualTo(before);
  }

  /** River asks for the bit of running, so only hand-made rows are such. */
  @Test
  void whoseKeyAnotherHoldsIsDiscarded() throws Exception {
    run("mine");
    migrated.execute(
        "update river_job set unique_key = 'key', unique_states = b'10111111' where kind = 'mine'");
    run("plain");
    migrated.execute(
        """
        insert into river_job (args, kind, max_attempts, unique_key, unique_states)
        values ('{}', 'holder', 25, 'key', b'11110101')
        """);

    assertThat(rescue().jobs()).hasSize(2);

    assertThat(
            migrated.column(
                "select state || ' ' || (metadata->>'unique_key_conflict') || ' '"
                    + " || (errors[1]->>'error') from river_job where kind = 'mine'"))
        .containsExactly(
            "discarded rescuer_discarded it died; discarded, for another job holds its unique key");
  }

  @Test
  void theErrorsAreOfRiversForm() throws Exception {
    run("job");
    rescue();

    assertThat(
            migrated.value(
                """
                select (errors[1]->>'at') ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{0,5}[1-9])?Z$'
                  and jsonb_typeof(errors[1]->'attempt') = 'number'
                  and abs(extract(epoch from now() - (errors[1]->>'at')::timestamptz)) < 60
                from river_job
                """))
        .isEqualTo("t");
  }

  @Test
  void oneAtATimeDoesIt() throws Exception {
    run("job");
    try (Connection other = migrated.database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(LOCK);

      assertThat(rescue()).isEqualTo(new Rescue(false, List.of(), false, List.of()));

      other.rollback();
    }
    assertThat(rescue().jobs()).hasSize(1);
  }

  /** Whoever beats while it is being rescued waits for that, and then sees it. */
  @Test
  void aBeatAndARescueAtTheSameMomentAreOneAfterTheOther() throws Exception {
    run("job");
    try (Connection other = migrated.database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select from gala_client where id = 'dead' for update");

      assertThat(rescue().jobs()).as("it may be beating").isEmpty();

      statement.execute("update gala_client set sweeps = sweeps + 1, swept_at = now()");
      CompletableFuture<Heartbeats.Beat> beat =
          CompletableFuture.supplyAsync(() -> heartbeats.beat(new BeatParams("dead", TTL)));
      String waiting =
          "select pid::text from pg_stat_activity"
              + " where datname = current_database() and wait_event_type = 'Lock'";
      while (migrated.column(waiting).isEmpty()) {
        assertThat(beat).isNotDone();
        Thread.onSpinWait();
      }
      other.commit();
      assertThat(beat.join().sweeps()).isEqualTo(1);
    }
    assertThat(migrated.column("select id from gala_client where swept_at is null")).hasSize(1);
  }

  @Test
  void aBeatThatWaitsIsEndedByTheServer() throws Exception {
    try (Connection other = migrated.database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("lock table gala_client in access exclusive mode");

      assertThatThrownBy(() -> heartbeats.beat(new BeatParams("dead", TTL)))
          .isInstanceOfSatisfying(RiverException.class, e -> assertThat(e.isTransient()).isTrue());

      try (ResultSet waiting =
          statement.executeQuery(
              "select count(*) from pg_stat_activity"
                  + " where datname = current_database() and wait_event_type = 'Lock'")) {
        waiting.next();
        assertThat(waiting.getInt(1)).isZero();
      }
      other.rollback();
    }
    assertThat(heartbeats.beat(new BeatParams("dead", TTL)).beat()).isEqualTo(2);
  }

  @Test
  void aLostConnectionIsMadeAnew() throws Exception {
    migrated.column(
        "select pg_terminate_backend(pid)::text from pg_stat_activity"
            + " where datname = current_database() and pid <> pg_backend_pid()");
    assertThatThrownBy(() -> heartbeats.beat(new BeatParams("dead", TTL)))
        .isInstanceOfSatisfying(RiverException.class, e -> assertThat(e.isTransient()).isTrue());

    assertThat(heartbeats.beat(new BeatParams("dead", TTL)).beat()).isEqualTo(2);
  }

  @Test
  void withoutTheTableEveryCallSaysSo() throws Exception {
    migrated.execute("drop table gala_client");

    assertOutdated(() -> heartbeats.beat(new BeatParams("dead", TTL)));
    assertOutdated(() -> heartbeats.leave("dead"));
    assertOutdated(this::rescue);
    assertThat(heartbeats.running("dead", List.of("default"), 10)).isEmpty();
  }

  private static void assertOutdated(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.SCHEMA_OUTDATED));
  }

  @Test
  void twoSchemasDoNotMindEachOther() throws SQLException {
    String keys =
        "select count(distinct hashtext(schema))::text"
            + " from unnest(array['public', 'jobs', '']) schema";
    assertThat(migrated.value(keys)).isEqualTo("3");
  }
}
