package dev.gala.river.postgres;

import static dev.gala.river.postgres.MigratedDatabase.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.JobScheduleParams;
import dev.gala.river.driver.Listener;
import dev.gala.river.driver.Notification;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.JobState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobScheduleTest {
  private static final JobScheduleParams USUAL =
      new JobScheduleParams(Duration.ofSeconds(5), 10_000);

  private MigratedDatabase migrated;
  private Executor executor;

  @BeforeEach
  void open() {
    migrated = new MigratedDatabase();
    executor = migrated.driver.executor();
  }

  @AfterEach
  void close() {
    migrated.close();
  }

  private int schedule(JobScheduleParams params) {
    return migrated.driver.maintenance().jobSchedule(params, Duration.ofSeconds(30));
  }

  private void insert(String queue, JobState state, Instant scheduledAt) throws Exception {
    JobState inserted = state == JobState.RETRYABLE ? JobState.SCHEDULED : state;
    executor.jobInsertFast(List.of(job("kind", queue, inserted, scheduledAt)), Set.of());
    migrated.execute(
        "update river_job set state = '"
            + state.wireName()
            + "' where id = (select max(id) from river_job)");
  }

  private List<String> states() throws Exception {
    return migrated.column("select state from river_job order by id");
  }

  @Test
  @RiverPoint(87)
  void movesWhatIsDueOrNearlySo() throws Exception {
    Instant now = Instant.now();
    insert("a", JobState.SCHEDULED, now.minusSeconds(60));
    insert("b", JobState.RETRYABLE, now.plusSeconds(2));
    insert("a", JobState.SCHEDULED, now.plusSeconds(60));
    insert("b", JobState.RETRYABLE, now.plusSeconds(60));
    insert("a", JobState.PENDING, now.minusSeconds(60));

    assertThat(schedule(USUAL)).isEqualTo(2);

    assertThat(states())
        .containsExactly("available", "available", "scheduled", "retryable", "pending");
    assertThat(migrated.value("select count(*) from river_job where finalized_at is not null"))
        .isEqualTo("0");
    assertThat(schedule(USUAL)).isZero();
  }

  @Test
  @RiverPoint(87)
  void notifiesTheQueuesOfWhatIsDueNow() throws Exception {
    Instant now = Instant.now();
    insert("due", JobState.SCHEDULED, now.minusSeconds(60));
    insert("due", JobState.RETRYABLE, now.minusSeconds(60));
    insert("soon", JobState.SCHEDULED, now.plusSeconds(3));
    try (Listener listener = migrated.driver.listen(Set.of(NotificationTopic.INSERT))) {
      schedule(USUAL);

      assertThat(listener.await(Duration.ofSeconds(30)))
          .containsExactly(new Notification(NotificationTopic.INSERT, "{\"queue\": \"due\"}"));
      assertThat(listener.await(Duration.ofMillis(1))).isEmpty();
    }
  }

  @Test
  void takesTheFirstByPriorityAndTimeUpToItsLimit() throws Exception {
    Instant now = Instant.now();
    insert("a", JobState.SCHEDULED, now.minusSeconds(1));
    insert("b", JobState.SCHEDULED, now.minusSeconds(3));
    insert("c", JobState.RETRYABLE, now.minusSeconds(2));
    insert("a", JobState.SCHEDULED, now.minusSeconds(9));
    migrated.execute("update river_job set priority = 2 where id = 4");

    assertThat(schedule(new JobScheduleParams(Duration.ZERO, 2))).isEqualTo(2);
    assertThat(states()).containsExactly("scheduled", "available", "available", "scheduled");

    assertThat(schedule(new JobScheduleParams(Duration.ZERO, 1))).isEqualTo(1);
    assertThat(states()).containsExactly("available", "available", "available", "scheduled");
  }

  @Test
  void passesOverWhatAnotherClientMoves() throws Exception {
    insert("a", JobState.SCHEDULED, Instant.now());
    insert("a", JobState.SCHEDULED, Instant.now());
    try (Connection other = migrated.database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select from river_job where id = 1 for update");

      assertThat(schedule(USUAL)).isEqualTo(1);

      assertThat(states()).containsExactly("scheduled", "available");
      other.rollback();
    }
    assertThat(schedule(USUAL)).isEqualTo(1);
  }

  @Test
  @RiverPoint(87)
  void discardsWhatLostItsUniqueKeyToAnotherRow() throws Exception {
    insert("a", JobState.RETRYABLE, Instant.now());
    insert("a", JobState.AVAILABLE, Instant.now());
    // Masks without retryable: scheduled, running, pending, available.
    migrated.execute("update river_job set unique_key = 'k', unique_states = 209::bit(8)");

    assertThat(schedule(USUAL)).isEqualTo(1);

    assertThat(states()).containsExactly("discarded", "available");
    assertThat(
            migrated.value(
                "select concat_ws('|', metadata, finalized_at > now(), unique_states)"
                    + " from river_job where id = 1"))
        .isEqualTo("{\"unique_key_conflict\": \"scheduler_discarded\"}|t|11010001");
  }

  @Test
  @RiverPoint(87)
  void letsOneOfSeveralCandidatesHaveTheKey() throws Exception {
    for (int i = 0; i < 3; i++) {
      insert("a", JobState.RETRYABLE, Instant.now().minusSeconds(10 + i));
    }
    insert("a", JobState.SCHEDULED, Instant.now());
    insert("a", JobState.SCHEDULED, Instant.now());
    migrated.execute(
        """
        update river_job set
          unique_key = case when id <= 4 then 'k' else 'l' end::bytea,
          unique_states = 209::bit(8)
        """);

    assertThat(schedule(USUAL)).isEqualTo(5);
    // The scheduled one held the key already.
    assertThat(states())
        .containsExactly("discarded", "discarded", "discarded", "available", "available");

    migrated.execute("update river_job set state = 'retryable', finalized_at = null where id <= 3");
    migrated.execute("update river_job set unique_key = 'm' where id <= 3");
    assertThat(schedule(USUAL)).isEqualTo(3);
    // Nobody held it: the one scheduled first.
    assertThat(states())
        .containsExactly("discarded", "discarded", "available", "available", "available");
  }

  @Test
  void discardsEvenWhereTheMaskBlocksWhileDiscarded() throws Exception {
    insert("a", JobState.RETRYABLE, Instant.now());
    insert("a", JobState.AVAILABLE, Instant.now());
    migrated.execute("update river_job set unique_key = 'k', unique_states = (209 + 8)::bit(8)");

    assertThat(schedule(USUAL)).isEqualTo(1);

    assertThat(
            migrated.column(
                "select concat_ws(' ', state, unique_states::text) from river_job order by id"))
        .containsExactly("discarded 11010001", "available 11011001");
  }

  @Test
  void readsNoneOfManyRowsThatAreFarFromDue() throws Exception {
    migrated.execute(
        """
        insert into river_job (args, kind, max_attempts, priority, queue, scheduled_at, state)
        select '{}', 'kind', 25, 1 + n % 4, 'queue_' || n % 5, now() + n * interval '1 minute',
          case when n % 2 = 0 then 'scheduled' else 'retryable' end::river_job_state
        from generate_series(1, 100000) as n
        """);
    migrated.execute("analyze river_job");
    insert("queue_1", JobState.SCHEDULED, Instant.now());

    List<String> plan = new ArrayList<>();
    try (Connection connection = migrated.database.connect();
        PreparedStatement statement =
            connection.prepareStatement(
                "explain (analyze, buffers, costs off, timing off) "
                    + new Schema(null).resolve(RiverJobScheduleSql.JOB_SCHEDULE))) {
      statement.setLong(1, 5_000_000);
      statement.setInt(2, 10_000);
      statement.setString(3, null);
      statement.setArray(4, connection.createArrayOf("int8", new Long[0]));
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          plan.add(rows.getString(1));
        }
      }
    }

    assertThat(states().stream().filter("available"::equals)).hasSize(1);
    assertThat(plan).noneMatch(line -> line.contains("Seq Scan on river_job"));
    assertThat(buffers(plan)).as(String.join("\n", plan)).isLessThan(1_000);
  }

  /** The pages that the whole statement touched, of a table of more than three thousand. */
  private static long buffers(List<String> plan) {
    var hit = Pattern.compile("Buffers: shared hit=(\\d+)(?: read=(\\d+))?");
    for (String line : plan) {
      var matcher = hit.matcher(line);
      if (matcher.find()) {
        return Long.parseLong(matcher.group(1))
            + (matcher.group(2) == null ? 0 : Long.parseLong(matcher.group(2)));
      }
    }
    throw new AssertionError("no buffers in " + plan);
  }
}
