package dev.gala.river.postgres;

import static dev.gala.river.postgres.MigratedDatabase.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.Heartbeats;
import dev.gala.river.driver.Heartbeats.BeatParams;
import dev.gala.river.driver.Heartbeats.Dead;
import dev.gala.river.driver.Heartbeats.Rescue;
import dev.gala.river.driver.Heartbeats.RescueParams;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.JobRescueParams;
import dev.gala.river.driver.JobScheduleParams;
import dev.gala.river.driver.Maintenance.JobDeleteBeforeParams;
import dev.gala.river.driver.Maintenance.JobGetStuckParams;
import dev.gala.river.driver.Maintenance.JobsDeleted;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An application's trigger or key that minds what becomes of one job: the others go on. And rows
 * that an application's own rows refer to.
 */
class RefusedRowTest {
  private static final Duration TTL = Duration.ofSeconds(15);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private MigratedDatabase migrated;
  private Heartbeats heartbeats;

  @BeforeEach
  void open() throws SQLException {
    migrated = new MigratedDatabase();
    heartbeats = migrated.driver.heartbeats(Duration.ofSeconds(1));
    heartbeats.beat(new BeatParams("dead", TTL));
    migrated.execute("create table mine (job_id bigint references river_job)");
  }

  @AfterEach
  void close() {
    heartbeats.close();
    migrated.close();
  }

  private void refuse() throws SQLException {
    migrated.execute(
        """
        create function refuse() returns trigger language plpgsql as
          $$ begin raise exception 'not this one'; end $$;
        create trigger refuse before update on river_job
          for each row when (old.kind = 'refused') execute function refuse()
        """);
  }

  private void insert(String kind, String state, int count) throws SQLException {
    boolean ended = state.equals("completed");
    migrated.execute(
        "insert into river_job (args, kind, max_attempts, state, finalized_at, scheduled_at)"
            + " select '{}', '"
            + kind
            + "', 25, '"
            + state
            + "', "
            + (ended ? "now() - interval '2 days'" : "null")
            + ", now() - interval '1 hour' from generate_series(1, "
            + count
            + ")");
  }

  private void run(String kind) {
    migrated.driver.executor().jobInsertFast(List.of(job(kind)), Set.of());
    assertThat(claim("dead")).isEqualTo(1);
  }

  private int claim(String clientId) {
    var params = new JobGetAvailableParams(clientId, null, 1, "default");
    return migrated.driver.executor().jobGetAvailable(params).size();
  }

  private List<String> kinds(String state) throws SQLException {
    return migrated.column("select kind from river_job where state = '" + state + "' order by id");
  }

  private int schedule(int max) {
    return migrated
        .driver
        .maintenance()
        .jobSchedule(new JobScheduleParams(Duration.ofSeconds(5), max), LIMIT);
  }

  private Rescue rescue(int max) {
    return heartbeats.rescue(
        new RescueParams(List.of(new Dead("dead", 1, "it died")), max, Duration.ofDays(1)));
  }

  private JobsDeleted delete(int max) {
    return migrated
        .driver
        .maintenance()
        .jobDeleteBefore(
            new JobDeleteBeforeParams(JobState.COMPLETED, Duration.ofDays(1), null, max), LIMIT);
  }

  @Test
  void aWaitingOneKeepsNoOtherWaiting() throws Exception {
    refuse();
    insert("one", "retryable", 3);
    insert("refused", "retryable", 1);
    insert("two", "scheduled", 3);

    assertThat(schedule(100)).isEqualTo(6);

    assertThat(kinds("retryable")).containsExactly("refused");
    assertThat(schedule(100)).isZero();
  }

  /** However many there are, and however few are taken at once. */
  @Test
  void manyWaitingOnesArePassedOver() throws Exception {
    refuse();
    insert("refused", "retryable", 120);
    insert("one", "retryable", 1);

    int moved = 0;
    for (int i = 0; i < 3; i++) {
      moved += schedule(110);
    }

    assertThat(moved).isEqualTo(1);
    assertThat(kinds("available")).containsExactly("one");
  }

  @Test
  void oneOfADeadClientKeepsNoOtherFromBeingPutBack() throws Exception {
    run("refused");
    run("one");
    run("two");
    refuse();

    Rescue first = rescue(1);
    assertThat(first.jobs()).isEmpty();
    assertThat(first.more()).isTrue();
    Rescue rest = rescue(100);
    assertThat(rest.jobs()).hasSize(2);
    assertThat(rest.more()).isFalse();

    assertThat(kinds("running")).containsExactly("refused");
    assertThat(rescue(100).forgotten()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "deferrable initially deferred"})
  void anOldOneThatSomebodyRefersToKeepsNoOtherFromBeingDeleted(String deferred) throws Exception {
    migrated.execute("drop table mine");
    migrated.execute("create table mine (job_id bigint references river_job " + deferred + ")");
    insert("one", "completed", 3);
    insert("referred", "completed", 1);
    insert("two", "completed", 3);
    migrated.execute("insert into mine select id from river_job where kind = 'referred'");

    JobsDeleted deleted = delete(100);

    assertThat(deleted.count()).isEqualTo(6);
    assertThat(deleted.last()).isBefore(Instant.now().minus(Duration.ofDays(1)));
    assertThat(kinds("completed")).containsExactly("referred");
    assertThat(delete(100)).isEqualTo(new JobsDeleted(0, null));
  }

  /**
   * An open transaction that inserted a row which refers to a job does not keep it from its way.
   */
  @Test
  void whatIsReferredToAtTheMomentIsNotLocked() throws Exception {
    insert("scheduled", "scheduled", 1);
    try (Connection other = migrated.database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("insert into mine select id from river_job");

      assertThat(schedule(10)).isEqualTo(1);
      assertThat(claim("dead")).isEqualTo(1);
      assertThat(rescue(10).jobs()).hasSize(1);
      assertThat(claim("other")).isEqualTo(1);
      assertThat(rescueStuck()).isEqualTo(1);
      other.commit();
    }
    assertThat(kinds("discarded")).containsExactly("scheduled");
  }

  private int rescueStuck() {
    JobRow stuck =
        migrated
            .driver
            .maintenance()
            .jobGetStuck(new JobGetStuckParams(Duration.ofMinutes(-1), 0, 1), LIMIT)
            .getFirst()
            .job();
    var error = new AttemptError(Instant.now(), 1, "stuck", "");
    var end = new JobRescueParams(stuck.attemptId(), JobState.DISCARDED, error, null);
    return migrated.driver.maintenance().jobRescueMany(List.of(end), LIMIT).size();
  }
}
