package dev.gala.river.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.JobScheduleParams;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class JobSchedulerTest {
  private final FakeDriver driver = new FakeDriver();
  private final AtomicInteger moved = new AtomicInteger();
  private final JobScheduler scheduler =
      new JobScheduler(
          driver,
          Pace.restless(Duration.ofSeconds(5)),
          new Threads("gala"),
          moved::incrementAndGet);

  @AfterEach
  void stop() {
    scheduler.stop();
  }

  private long add(Instant due) {
    return driver.add("k", "{}", InsertOptions.builder().scheduledAt(due).build());
  }

  @Test
  void makesDueJobsAvailableAndSaysSo() {
    long due = add(Instant.now());
    long soon = add(Instant.now().plusSeconds(4));
    long later = add(Instant.now().plusSeconds(3_600));
    scheduler.start();
    driver.awaitState(due, JobState.AVAILABLE);
    scheduler.stop();
    assertThat(driver.row(soon).state()).isEqualTo(JobState.AVAILABLE);
    assertThat(driver.row(later).state()).isEqualTo(JobState.SCHEDULED);
    assertThat(moved).hasValue(1);
  }

  @Test
  void saysNothingWhereNothingWasDue() {
    scheduler.start();
    driver.faults().awaitCount(Call.SCHEDULE, 1);
    scheduler.stop();
    assertThat(moved).hasValue(0);
    assertThat(driver.maintenance().asked())
        .containsExactly(new JobScheduleParams(Duration.ofSeconds(5), 10_000));
  }

  @Test
  void aFullBatchIsFollowedByAnotherAtOnce() {
    for (int i = 0; i < 25_000; i++) {
      add(Instant.EPOCH);
    }
    scheduler.start();
    driver.awaitAll(row -> row.state() == JobState.AVAILABLE);
    scheduler.stop();
    assertThat(driver.faults().count(Call.SCHEDULE)).isBetween(3, 4);
    assertThat(moved).hasValue(3);
  }

  @Test
  void afterAFailureItGoesOn(Logs logs) {
    logs.expect("scheduler: failed, trying again");
    driver.faults().fail(Call.SCHEDULE, 2, Faults::away);
    long due = add(Instant.now());
    scheduler.start();
    driver.awaitState(due, JobState.AVAILABLE);
    scheduler.stop();
    // What moved something is followed by one more look, which the stop may come before.
    assertThat(driver.faults().count(Call.SCHEDULE)).isBetween(3, 4);
  }

  @Test
  void statementsThatTakeTooLongBecomeSmaller(Logs logs) {
    logs.expect("scheduler: failed, trying again");
    logs.expect("now of 1000 rows each");
    driver.faults().fail(Call.SCHEDULE, 3, Faults::timedOut);
    long due = add(Instant.now());
    scheduler.start();
    driver.awaitState(due, JobState.AVAILABLE);
    scheduler.stop();
    assertThat(driver.maintenance().asked())
        .startsWith(new JobScheduleParams(Duration.ofSeconds(5), 1_000));
  }
}
