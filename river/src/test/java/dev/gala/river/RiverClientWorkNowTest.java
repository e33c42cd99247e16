package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.TextJob;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One job after another, by those who ask for it. */
@ExtendWith(Leftovers.class)
final class RiverClientWorkNowTest {
  private static final JobType<String> KIND = TextJob.of("k");
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final FakeDriver driver = new FakeDriver();
  private final List<String> worked = new ArrayList<>();
  private final RiverClient client =
      RiverClient.create(
          driver.database(),
          RiverConfig.builder()
              .worker(KIND, this::work)
              .queue("default", 2)
              .clock(() -> NOW)
              .retryPolicy((job, now) -> now.plus(Duration.ofHours(1)))
              .build());
  private final CountDownLatch patience = new CountDownLatch(1);

  private Outcome work(WorkContext<String> context) throws InterruptedException {
    worked.add(context.args());
    return switch (context.args()) {
      case "\"fail\"" -> throw new IllegalStateException("why");
      case "\"snooze\"" -> Outcome.snooze(Duration.ofMinutes(1));
      case "\"wait\"" -> {
        patience.await();
        yield Outcome.done();
      }
      default -> Outcome.done();
    };
  }

  @AfterEach
  void close() {
    client.close();
  }

  private long insert(String args, InsertOptions options) {
    return client.insert(KIND, args, options, Tx.own()).job().id();
  }

  private static InsertOptions inAYear() {
    return InsertOptions.builder()
        .queue("nobodys")
        .scheduledAt(NOW.plus(Duration.ofDays(365)))
        .build();
  }

  private static void assertRefused(ThrowingCallable call, String part) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CLIENT_STATE))
        .hasMessageContaining(part);
  }

  @Test
  void itIsWorkedWheneverItIsDueAndItsEndIsWritten() {
    long id = insert("\"one\"", inAYear());
    JobRow row = client.workNow(id);
    assertThat(row).isEqualTo(driver.executor().jobGet(id));
    assertThat(row.state()).isEqualTo(JobState.COMPLETED);
    assertThat(row.attempt()).isEqualTo(1);
    assertThat(row.attemptedBy()).containsExactly(client.id());
    assertThat(client.workNow(id)).as("it has ended").isNull();
    assertThat(worked).containsExactly("\"one\"");
  }

  @Test
  void failuresAndSnoozesGoByTheClientsClock() {
    JobRow failed = client.workNow(insert("\"fail\"", InsertOptions.defaults()));
    assertThat(failed.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(failed.scheduledAt()).isEqualTo(NOW.plus(Duration.ofHours(1)));
    assertThat(failed.errors()).extracting(AttemptError::error).containsExactly("why");
    assertThat(client.workNow(failed.id()).attempt()).as("before it is due").isEqualTo(2);

    JobRow snoozed = client.workNow(insert("\"snooze\"", InsertOptions.defaults()));
    assertThat(snoozed.state()).isEqualTo(JobState.SCHEDULED);
    assertThat(snoozed.scheduledAt()).isEqualTo(NOW.plus(Duration.ofMinutes(1)));
    assertThat(snoozed.attempt()).isZero();
  }

  @Test
  void anInterruptOfTheCallerIsOneOfTheWorker() {
    long id = insert("\"wait\"", InsertOptions.defaults());
    Thread.currentThread().interrupt();
    JobRow row = client.workNow(id);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(row.state()).isEqualTo(JobState.AVAILABLE);
    assertThat(row.attempt()).isZero();
    assertThat(row.errors()).isEmpty();
  }

  @Test
  void whatIsNotThereOrOfAKindWithoutAWorkerIsLeft() {
    assertThat(client.workNow(4711)).isNull();
    try (var other = RiverClient.create(driver.database(), RiverConfig.builder().build())) {
      long id = other.insert(TextJob.of("unknown"), "{}").job().id();
      assertThat(client.workNow(id)).isNull();
      assertThat(driver.executor().jobGet(id).attempt()).isZero();
      assertRefused(() -> other.workNow(id), "has no workers");
    }
  }

  @Test
  void aClientThatRunsOrIsClosedRefuses() {
    client.start();
    assertRefused(() -> client.workNow(1), "runs");
    client.stop();
    assertThat(client.workNow(1)).isNull();
    client.close();
    assertRefused(() -> client.workNow(1), "is closed");
  }
}
