package dev.gala.river.driver.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.JobRescueParams;
import dev.gala.river.driver.Maintenance;
import dev.gala.river.driver.Maintenance.JobDeleteBeforeParams;
import dev.gala.river.driver.Maintenance.JobGetStuckParams;
import dev.gala.river.driver.Maintenance.JobsDeleted;
import dev.gala.river.driver.Maintenance.QueueDeleteExpiredParams;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.Queue;
import dev.gala.river.json.JsonObjects;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What one client does for all: stuck jobs, old jobs, forgotten queues. */
public abstract class MaintenanceConformance extends DriverConformance {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Instant NOW = Instant.parse("2026-05-06T07:08:09.12Z");

  /** For subclasses. */
  protected MaintenanceConformance() {}

  private Maintenance maintenance() {
    return driver().maintenance();
  }

  private static JobRescueParams rescue(
      AttemptId attemptId, JobState state, @Nullable Instant scheduledAt) {
    return new JobRescueParams(
        attemptId, state, new AttemptError(NOW, attemptId.attempt(), "stuck", ""), scheduledAt);
  }

  private List<Long> rescueAll(JobRescueParams... jobs) {
    return maintenance().jobRescueMany(List.of(jobs), LIMIT);
  }

  private List<Long> stuck(Duration age, long afterId, int max) {
    return maintenance().jobGetStuck(new JobGetStuckParams(age, afterId, max), LIMIT).stream()
        .map(ClaimedJob::job)
        .map(JobRow::id)
        .toList();
  }

  private static String rescueCount(JobRow row) {
    return String.valueOf(JsonObjects.members(row.metadata()).get("river:rescue_count"));
  }

  @Test
  @RiverPoint(88)
  void stuckIsWhatHasRunForTooLong() {
    JobRow old = running();
    running();
    long waiting = in(JobState.AVAILABLE);
    long done = in(JobState.COMPLETED);
    for (long id : List.of(old.id(), waiting, done)) {
      database().ageJob(id, HOUR);
    }

    List<ClaimedJob> stuck = maintenance().jobGetStuck(new JobGetStuckParams(HOUR, 0, 10), LIMIT);

    assertThat(stuck).containsExactly(new ClaimedJob(row(old.id()), null));
    assertThat(stuck(HOUR.plusMinutes(1), 0, 10)).isEmpty();
  }

  @Test
  @RiverPoint(88)
  void stuckJobsComeByTheirIds() {
    List<Long> ids = IntStream.range(0, 5).mapToObj(n -> running().id()).toList();
    ids.forEach(id -> database().ageJob(id, HOUR));

    assertThat(stuck(HOUR, 0, 3)).containsExactlyElementsOf(ids.subList(0, 3));
    assertThat(stuck(HOUR, ids.get(2), 3)).containsExactlyElementsOf(ids.subList(3, 5));
    assertThat(stuck(HOUR, ids.get(4), 3)).isEmpty();
  }

  @Test
  @RiverPoint(69)
  void aStuckRowThatCannotBeReadComesWithWhatCanBe() {
    JobRow job = running();
    JobRow other = running();
    List.of(job, other).forEach(row -> database().ageJob(row.id(), HOUR));
    database().makeUndecodable(job.id());

    List<ClaimedJob> stuck = maintenance().jobGetStuck(new JobGetStuckParams(HOUR, 0, 10), LIMIT);

    assertThat(stuck).hasSize(2);
    assertThat(stuck.getFirst().undecodable()).isNotNull();
    assertThat(rescueAll(rescue(stuck.getFirst().job().attemptId(), JobState.RETRYABLE, FUTURE)))
        .containsExactly(job.id());
    assertThat(stuck.getLast().undecodable()).isNull();
  }

  @Test
  @RiverPoint(88)
  void aRescuedJobMayBeOver() {
    ends().forEach(this::rescueAs);
  }

  private void rescueAs(JobState state) {
    JobRow before = running();

    assertThat(rescueAll(rescue(before.attemptId(), state, null))).containsExactly(before.id());

    JobRow after = row(before.id());
    assertThat(after.state()).isEqualTo(state);
    assertThat(after.finalizedAt()).isNotNull();
    assertThat(after.scheduledAt()).isEqualTo(before.scheduledAt());
    assertThat(after.attempt()).isEqualTo(1);
    assertThat(after.attemptedAt()).isEqualTo(before.attemptedAt());
    assertThat(after.errors()).containsExactly(new AttemptError(NOW, 1, "stuck", ""));
    assertThat(rescueCount(after)).isEqualTo("1");
  }

  @Test
  @RiverPoint(88)
  void aRescuedJobMayBeRetried() throws Exception {
    JobRow before = running();
    executor().jobUpdate(before.id(), "{\"mine\": 1, \"river:rescue_count\": 7}");
    database().appendOddError(before.id());

    assertThat(told(() -> rescueAll(rescue(before.attemptId(), JobState.RETRYABLE, FUTURE))))
        .isEmpty();

    JobRow after = row(before.id());
    assertThat(after.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(after.finalizedAt()).isNull();
    assertThat(after.scheduledAt()).isEqualTo(FUTURE);
    assertThat(after.errors()).hasSize(2).last().isEqualTo(new AttemptError(NOW, 1, "stuck", ""));
    assertThat(JsonObjects.members(after.metadata())).containsEntry("mine", "1");
    assertThat(rescueCount(after)).isEqualTo("8");
  }

  @Test
  void whatIsNoCountIsNone() {
    Map.of("\"many\"", "1", "null", "1", "1e30", "1000000000000000000000000000001")
        .forEach(
            (before, after) -> {
              JobRow job = running();
              executor().jobUpdate(job.id(), "{\"river:rescue_count\": " + before + "}");

              rescueAll(rescue(job.attemptId(), JobState.RETRYABLE, FUTURE));

              assertThat(rescueCount(row(job.id()))).isEqualTo(after);
            });
  }

  @Test
  @RiverPoint(88)
  void whatMovedOnIsLeftAlone() {
    JobRow done = running();
    executor().jobComplete(List.of(done.attemptId()), PAST);
    JobRow completed = row(done.id());
    JobRow again = running();
    var earlier =
        new AttemptId(
            again.id(),
            again.attempt(),
            again.attemptId().attemptedAt().minus(1, ChronoUnit.MICROS));
    var otherNumber =
        new AttemptId(again.id(), again.attempt() + 1, again.attemptId().attemptedAt());

    assertThat(
            rescueAll(
                rescue(done.attemptId(), JobState.RETRYABLE, FUTURE),
                rescue(earlier, JobState.DISCARDED, null)))
        .isEmpty();
    assertThat(rescueAll(rescue(otherNumber, JobState.DISCARDED, null))).isEmpty();

    assertThat(row(done.id())).isEqualTo(completed);
    assertThat(row(again.id())).isEqualTo(again);
  }

  @Test
  @RiverPoint(88)
  void twoRescuersCountOnce() {
    JobRow job = running();
    JobRescueParams rescue = rescue(job.attemptId(), JobState.RETRYABLE, FUTURE);

    assertThat(rescueAll(rescue)).containsExactly(job.id());
    assertThat(rescueAll(rescue)).isEmpty();

    assertThat(rescueCount(row(job.id()))).isEqualTo("1");
    assertThat(row(job.id()).errors()).hasSize(1);
  }

  @Test
  void whatSomebodyIsEndingIsPassedOver() throws Exception {
    JobRow locked = running();
    JobRow free = running();

    whileLocked(
        locked.id(),
        () ->
            assertThat(
                    rescueAll(
                        rescue(locked.attemptId(), JobState.RETRYABLE, FUTURE),
                        rescue(free.attemptId(), JobState.RETRYABLE, FUTURE)))
                .containsExactly(free.id()));

    assertThat(row(locked.id()).state()).isEqualTo(JobState.RUNNING);
  }

  private JobsDeleted deleteOld(JobState state, Duration retention, int max) {
    return deleteOld(state, retention, null, max);
  }

  private JobsDeleted deleteOld(
      JobState state, Duration retention, @Nullable Instant from, int max) {
    return maintenance()
        .jobDeleteBefore(new JobDeleteBeforeParams(state, retention, from, max), LIMIT);
  }

  private List<Long> left() {
    return Lists.all(executor()).stream().map(JobRow::id).sorted().toList();
  }

  @Test
  @RiverPoint(90)
  void oldJobsOfAStateAreDeleted() {
    ends().forEach(this::deleteOldJobs);
  }

  private void deleteOldJobs(JobState state) {
    List<Long> before = left();
    long old = in(state);
    long fresh = in(state);
    long other = in(state == JobState.COMPLETED ? JobState.CANCELLED : JobState.COMPLETED);
    long running = in(JobState.RUNNING);
    for (long id : List.of(old, fresh, other)) {
      database().endJob(id, id == fresh ? HOUR.minusMinutes(1) : HOUR.plusMinutes(1));
    }

    JobsDeleted deleted = deleteOld(state, HOUR, 10);

    assertThat(deleted.count()).isEqualTo(1);
    assertThat(deleted.last()).isBefore(Instant.now());
    assertThat(left()).containsAll(before).contains(fresh, other, running).doesNotContain(old);
    assertThat(deleteOld(state, HOUR, 10)).isEqualTo(new JobsDeleted(0, null));
    executor().jobDelete(fresh);
    executor().jobDelete(other);
  }

  @Test
  @RiverPoint(90)
  void theOldestGoFirstUpToALimit() {
    List<Long> ids = IntStream.range(0, 5).mapToObj(n -> in(JobState.DISCARDED)).toList();
    for (int n = 0; n < 5; n++) {
      database().endJob(ids.get(n), Duration.ofHours(10 + n));
    }

    JobsDeleted first = deleteOld(JobState.DISCARDED, HOUR, 2);

    assertThat(first.count()).isEqualTo(2);
    assertThat(left()).containsExactlyElementsOf(ids.subList(0, 3));
    assertThat(deleteOld(JobState.DISCARDED, HOUR, first.last(), 2).count()).isEqualTo(2);
    assertThat(left()).containsExactly(ids.getFirst());
    Instant later = Instant.now().minus(Duration.ofHours(9));
    assertThat(deleteOld(JobState.DISCARDED, HOUR, later, 2).count()).isZero();
    assertThat(deleteOld(JobState.DISCARDED, HOUR, 2).count()).isEqualTo(1);
  }

  @Test
  void anOldJobThatSomebodyHoldsIsPassedOver() throws Exception {
    long held = in(JobState.COMPLETED);
    long old = in(JobState.COMPLETED);
    database().endJob(held, Duration.ofHours(3));
    database().endJob(old, Duration.ofHours(2));

    whileLocked(
        held, () -> assertThat(deleteOld(JobState.COMPLETED, HOUR, 10).count()).isEqualTo(1));

    assertThat(left()).containsExactly(held);
    assertThat(deleteOld(JobState.COMPLETED, HOUR, 10).count()).isEqualTo(1);
  }

  private List<String> deleteForgotten(int max) {
    return maintenance()
        .queueDeleteExpired(new QueueDeleteExpiredParams(Duration.ofHours(24), max), LIMIT);
  }

  @Test
  @RiverPoint(90)
  void queuesThatNobodyReportsAreDeletedByName() {
    for (String name : List.of("c", "a", "b", "fresh", "paused")) {
      executor().queueCreateOrUpdate(name);
    }
    executor().queuePause("paused");
    for (String name : List.of("a", "b", "c", "paused")) {
      database().ageQueue(name, Duration.ofHours(24));
    }
    database().ageQueue("fresh", Duration.ofHours(23));

    assertThat(deleteForgotten(2)).containsExactlyInAnyOrder("a", "b");
    assertThat(deleteForgotten(2)).containsExactly("c");
    assertThat(deleteForgotten(2)).isEmpty();
    assertThat(executor().queueList(10)).extracting(Queue::name).containsExactly("fresh", "paused");

    executor().queueResume(Executor.ALL_QUEUES);
    database().ageQueue("paused", Duration.ofHours(24));
    assertThat(deleteForgotten(2)).containsExactly("paused");
  }
}
