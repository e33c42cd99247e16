package dev.gala.river.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.Maintenance.JobGetStuckParams;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.execute.WorkerSet;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.worker.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class JobRescuerTest {
  private static final Duration AGE = Duration.ofHours(1);

  private final FakeDriver driver = new FakeDriver();
  private final Instant later = Instant.now().plus(Duration.ofHours(2));
  private final JobRescuer rescuer =
      new JobRescuer(
          driver,
          Pace.restless(Duration.ofHours(1)),
          new Threads("gala"),
          new JobRescuer.Config(
              AGE,
              new WorkerSet(
                  Map.of("k", new WorkerSet.Entry<>(TextJob.of("k"), context -> Outcome.done()))),
              Duration.ofMinutes(1),
              (job, now) -> now.plusSeconds(60),
              false,
              InstantSource.fixed(later)));

  @BeforeEach
  void setClock() {
    driver.maintenance().clock(InstantSource.fixed(later));
  }

  @AfterEach
  void stop() {
    rescuer.stop();
  }

  private long addRunning(String metadata) {
    long id = driver.add("k", "{}", InsertOptions.builder().metadata(metadata).build());
    assertThat(driver.claim(1, "k")).hasSize(1);
    return id;
  }

  @Test
  @RiverPoint(88)
  void stuckJobsAreRescuedOnceAndCounted() {
    long first = addRunning("{}");
    long second = addRunning("{\"river:rescue_count\": 4, \"mine\": 1}");
    rescuer.start();
    JobRow row = driver.awaitState(second, JobState.RETRYABLE);
    rescuer.stop();
    assertThat(row.metadata()).contains("\"river:rescue_count\":5").contains("\"mine\":1");
    assertThat(row.scheduledAt()).isEqualTo(later.plusSeconds(60));
    assertThat(row.attempt()).isEqualTo(1);
    assertThat(row.errors()).hasSize(1);
    assertThat(driver.row(first).metadata()).contains("\"river:rescue_count\":1");
    assertThat(driver.faults().count(Call.RESCUE)).isEqualTo(1);
  }

  @Test
  @RiverPoint(88)
  void whatEndedInTheMeantimeIsLeftAlone() {
    long done = addRunning("{}");
    long again = addRunning("{}");
    Gate rescuing = driver.faults().block(Call.RESCUE);
    rescuer.start();
    rescuing.awaitEntered();
    driver.endByAnotherHand(done, JobState.COMPLETED);
    driver.rescue(again);
    JobRow claimed = driver.claim(1, "k").getFirst();
    rescuing.open();
    rescuer.stop();
    assertThat(driver.row(done).state()).isEqualTo(JobState.COMPLETED);
    assertThat(driver.row(done).errors()).isEmpty();
    assertThat(driver.row(again)).isEqualTo(claimed);
  }

  @Test
  void thereIsNothingToWriteForWhatIsLeftAlone() {
    driver.add("foreign", "{}");
    driver.claim(1, "foreign");
    rescuer.start();
    driver.faults().awaitCount(Call.GET_STUCK, 1);
    rescuer.stop();
    assertThat(driver.faults().count(Call.RESCUE)).isZero();
  }

  @Test
  void itGoesThroughManyByTheirIds() {
    for (int i = 0; i < 1_500; i++) {
      addRunning("{}");
    }
    long unknown = driver.add("foreign", "{}");
    driver.claim(1, "foreign");
    rescuer.start();
    driver.awaitAll(row -> row.id() == unknown || row.state() == JobState.RETRYABLE);
    rescuer.stop();
    assertThat(driver.maintenance().asked(JobGetStuckParams.class))
        .containsExactly(
            new JobGetStuckParams(AGE, 0, 1_000), new JobGetStuckParams(AGE, 1_000, 1_000));
    assertThat(driver.row(unknown).state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  void oneRowThatCannotBeReadOrWrittenKeepsNobodyElse(Logs logs) {
    logs.expect("cannot be retried: discarding it");
    logs.expect("cannot be rescued");
    List<Long> ids =
        List.of(addRunning("{}"), addRunning("[]"), addRunning("{}"), addRunning("{}"));
    driver.maintenance().refuse(ids.get(2));
    driver.maintenance().makeUnreadable(ids.get(3), "created_at is infinite, not a time");
    rescuer.start();
    driver.awaitState(ids.get(3), JobState.RETRYABLE);
    rescuer.stop();
    assertThat(ids.stream().map(id -> driver.row(id).state()))
        .containsExactly(
            JobState.RETRYABLE, JobState.RETRYABLE, JobState.RUNNING, JobState.RETRYABLE);
  }

  @Test
  void whereWritingTakesTooLongLessIsWrittenAtOnce(Logs logs) {
    logs.expect("job-rescuer: failed, trying again");
    logs.expect("take too long: now of 100 rows each");
    driver.faults().fail(Call.RESCUE, 3, Faults::timedOut);
    for (int i = 0; i < 150; i++) {
      addRunning("{}");
    }
    rescuer.start();
    driver.awaitAll(row -> row.state() == JobState.RETRYABLE);
    rescuer.stop();
    assertThat(driver.faults().count(Call.RESCUE)).isEqualTo(3 + 2);
  }

  @Test
  void afterAFailureItBeginsAgain(Logs logs) {
    logs.expect("job-rescuer: failed, trying again");
    driver.faults().fail(Call.GET_STUCK, 1, Faults::away);
    driver.faults().fail(Call.RESCUE, 1, Faults::away);
    long id = addRunning("{}");
    rescuer.start();
    driver.awaitState(id, JobState.RETRYABLE);
    assertThat(driver.faults().count(Call.GET_STUCK)).isEqualTo(3);
  }
}
