package dev.gala.river.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.Maintenance.JobDeleteBeforeParams;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.MaintenanceConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class JobCleanerTest {
  private final FakeDriver driver = new FakeDriver();
  private MaintenanceConfig config = MaintenanceConfig.defaults();
  private final JobCleaner cleaner =
      new JobCleaner(
          driver,
          Pace.restless(Duration.ofHours(1)),
          new Threads("gala"),
          state -> config.retention(state));

  @AfterEach
  void stop() {
    cleaner.stop();
  }

  private long addEnded(JobState state) {
    long id = driver.add("k", "{}");
    driver.endByAnotherHand(id, state);
    return id;
  }

  private void cleanAt(Instant now) {
    driver.maintenance().clock(InstantSource.fixed(now));
    int before = driver.faults().count(Call.DELETE_BEFORE);
    cleaner.start();
    driver.faults().awaitCount(Call.DELETE_BEFORE, before + 3);
    cleaner.stop();
  }

  private List<Long> left() {
    return driver.rows().stream().map(JobRow::id).toList();
  }

  @Test
  @RiverPoint(90)
  void eachStateIsKeptForItsOwnTime() {
    long cancelled = addEnded(JobState.CANCELLED);
    long completed = addEnded(JobState.COMPLETED);
    long discarded = addEnded(JobState.DISCARDED);
    long available = driver.add("k", "{}");
    cleanAt(Instant.now().plus(Duration.ofHours(23)));
    assertThat(left()).containsExactly(cancelled, completed, discarded, available);
    cleanAt(Instant.now().plus(Duration.ofHours(24)));
    assertThat(left()).containsExactly(discarded, available);
    cleanAt(Instant.now().plus(Duration.ofDays(7)));
    assertThat(left()).containsExactly(available);
  }

  @Test
  @RiverPoint(90)
  void whatIsToBeKeptIsNotEvenLookedFor() {
    config =
        MaintenanceConfig.builder()
            .cancelledJobRetention(MaintenanceConfig.KEEP)
            .discardedJobRetention(Duration.ofSeconds(-1))
            .completedJobRetention(Duration.ZERO)
            .build();
    long cancelled = addEnded(JobState.CANCELLED);
    long discarded = addEnded(JobState.DISCARDED);
    addEnded(JobState.COMPLETED);
    driver.maintenance().clock(InstantSource.fixed(Instant.MAX));
    cleaner.start();
    driver.faults().awaitCount(Call.DELETE_BEFORE, 1);
    cleaner.stop();
    assertThat(left()).containsExactly(cancelled, discarded);
    assertThat(driver.maintenance().asked(JobDeleteBeforeParams.class))
        .extracting(JobDeleteBeforeParams::state)
        .containsExactly(JobState.COMPLETED);
  }

  @Test
  @RiverPoint(90)
  void afterAFullBatchItGoesOnWhereThatEnded() {
    for (int i = 0; i < 10_001; i++) {
      addEnded(JobState.COMPLETED);
    }
    cleanAt(Instant.now().plus(Duration.ofDays(2)));
    cleaner.stop();
    assertThat(left()).isEmpty();
    assertThat(driver.maintenance().asked(JobDeleteBeforeParams.class))
        .filteredOn(params -> params.state() == JobState.COMPLETED)
        .extracting(params -> params.from() == null, JobDeleteBeforeParams::max)
        .containsExactly(tuple(true, 10_000), tuple(false, 10_000));
  }

  @Test
  void aStopEndsItBetweenBatches() {
    for (int i = 0; i < 20_001; i++) {
      addEnded(JobState.CANCELLED);
    }
    driver.maintenance().clock(InstantSource.fixed(Instant.now().plus(Duration.ofDays(2))));
    Gate deleting = driver.faults().block(Call.DELETE_BEFORE);
    cleaner.start();
    deleting.awaitEntered();
    cleaner.tellToStop();
    deleting.open();
    cleaner.stop();
    assertThat(left()).hasSize(10_001);
    assertThat(driver.faults().count(Call.DELETE_BEFORE)).isEqualTo(1);
  }

  @Test
  void oneStateThatCannotBeCleanedKeepsNothingFromTheOthers(Logs logs) {
    logs.expect("job-cleaner: failed, trying again");
    driver
        .faults()
        .refuse(
            Call.DELETE_BEFORE,
            params ->
                params instanceof JobDeleteBeforeParams before
                    && before.state() == JobState.CANCELLED,
            Faults::refused);
    long cancelled = addEnded(JobState.CANCELLED);
    addEnded(JobState.COMPLETED);
    addEnded(JobState.DISCARDED);
    cleanAt(Instant.now().plus(Duration.ofDays(8)));
    assertThat(left()).containsExactly(cancelled);
  }

  @Test
  void afterAFailureItBeginsAgain(Logs logs) {
    logs.expect("job-cleaner: failed, trying again");
    driver.faults().fail(Call.DELETE_BEFORE, 2, Faults::away);
    addEnded(JobState.COMPLETED);
    driver.maintenance().clock(InstantSource.fixed(Instant.now().plus(Duration.ofDays(2))));
    cleaner.start();
    driver.faults().awaitCount(Call.DELETE_BEFORE, 5);
    cleaner.stop();
    assertThat(left()).isEmpty();
  }
}
