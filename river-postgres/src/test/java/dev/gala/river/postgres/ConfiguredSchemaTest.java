package dev.gala.river.postgres;

import static dev.gala.river.postgres.MigratedDatabase.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.JobDeleteManyParams;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.JobListQuery;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.Listener;
import dev.gala.river.driver.Migration;
import dev.gala.river.driver.Notification;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.UniqueKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every statement works on the configured schema alone: nothing of it is on the search path. */
class ConfiguredSchemaTest {
  private static final Instant END = Instant.parse("2026-05-06T07:08:09.123456Z");

  @Test
  void everyStatementGoesToTheConfiguredSchema() throws Exception {
    try (var migrated = new MigratedDatabase();
        Driver driver = MigratedDatabase.open(migrated.database, "Jobs")) {
      migrated.execute("create schema \"Jobs\"");
      for (Migration migration : driver.migrations("main")) {
        driver.migrationApply("main", migration);
      }
      migrated.execute("drop table public.river_job, public.river_queue");
      migrated.execute("drop function public.river_job_state_in_bitmask");
      migrated.execute("drop type public.river_job_state");
      try (Listener listener = driver.listen(Set.of(NotificationTopic.CONTROL))) {
        jobs(driver.executor());
        assertThat(listener.await(Duration.ofMinutes(1)))
            .extracting(Notification::topic)
            .containsExactly(NotificationTopic.CONTROL);
        queues(driver.executor());
      }
    }
  }

  private static void jobs(Executor executor) {
    assertThat(executor.jobInsertRunning(List.of(job("direct")), "me")).hasSize(1);
    assertThat(executor.jobInsertUnique(List.of(unique(), job("kind")), Set.of("q"))).hasSize(2);
    assertThat(executor.jobInsertUnique(List.of(unique()), Set.of()))
        .allSatisfy(inserted -> assertThat(inserted.duplicate()).isTrue());
    assertThat(executor.jobInsertBulk(List.of(job("kind")), Set.of("q"))).isEqualTo(1);
    var query =
        new JobListQuery(
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Set.of(JobState.AVAILABLE),
            List.of(),
            List.of(),
            null,
            null,
            null,
            JobListQuery.Order.SCHEDULED_AT,
            true,
            null,
            10);
    assertThat(executor.jobList(query)).hasSize(3);
    JobRow row =
        executor
            .jobGetAvailable(new JobGetAvailableParams("me", null, 1, "default"))
            .getFirst()
            .job();
    assertThat(executor.jobMergeMetadataIfRunning(row.attemptId(), "{}")).isTrue();
    assertThat(executor.jobCancel(row.id(), row.attemptId().attemptedAt())).isNotNull();
    assertThat(executor.jobCancelRequested(List.of(row.attemptId()))).containsExactly(row.id());
    var outcome =
        new JobSetStateParams(row.attemptId(), JobState.DISCARDED, null, null, END, null, null);
    assertThat(executor.jobSetStateIfRunning(List.of(outcome), true)).hasSize(1);
    assertThat(executor.jobRetry(row.id())).isEqualTo(executor.jobGet(row.id()));
    assertThat(executor.jobUpdate(row.id(), "{}")).isNotNull();
    assertThat(executor.jobDelete(row.id())).isNotNull();
    var all =
        new JobDeleteManyParams(
            List.of(), List.of(), List.of(), List.of(), Set.of(JobState.AVAILABLE), 10);
    assertThat(executor.jobDeleteMany(all)).hasSize(2);
  }

  private static JobInsertParams unique() {
    JobInsertParams plain = job("kind");
    return new JobInsertParams(
        plain.args(),
        plain.kind(),
        plain.maxAttempts(),
        plain.metadata(),
        plain.priority(),
        plain.queue(),
        plain.scheduledAt(),
        plain.state(),
        plain.tags(),
        new UniqueKey("ab".repeat(32)),
        0b1111_0101);
  }

  private static void queues(Executor executor) {
    assertThat(executor.queueCreateOrUpdate("q")).isEqualTo(executor.queueGet("q"));
    assertThat(executor.queuePause("q")).isTrue();
    assertThat(executor.queueResume("q")).isTrue();
    assertThat(executor.queueUpdate("q", "{}")).isNotNull();
    assertThat(executor.queueList(10)).hasSize(1);
  }
}
