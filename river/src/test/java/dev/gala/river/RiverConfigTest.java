package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.TextJob;
import dev.gala.river.job.MaintenanceConfig;
import dev.gala.river.job.QueueConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.PeriodicJob;
import dev.gala.river.worker.PeriodicSchedule;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RiverConfigTest {
  @Test
  void theDefaultsAreRivers() {
    RiverConfig config = RiverConfig.builder().build();
    assertThat(config.id()).isNull();
    assertThat(config.queues()).isEmpty();
    assertThat(config.fetchCooldown()).isEqualTo(Duration.ofMillis(100));
    assertThat(config.fetchPollInterval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.jobTimeout()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.softStopTimeout()).isZero();
    assertThat(config.maxAttempts()).isEqualTo(25);
    assertThat(config.pollOnly()).isFalse();
  }

  @Test
  void everyProblemIsReportedAtOnce() {
    RiverConfig.Builder builder =
        RiverConfig.builder()
            .id(" ")
            .queue("Upper", 5)
            .queue("many", QueueConfig.MAX_WORKERS_LIMIT + 1)
            .queue("none", 0)
            .worker(TextJob.of("twice"), context -> Outcome.done())
            .worker(TextJob.of("twice"), context -> Outcome.done())
            .fetchCooldown(Duration.ofNanos(999_999))
            .fetchPollInterval(Duration.ZERO)
            .notifyCooldown(Duration.ZERO)
            .softStopTimeout(Duration.ofNanos(-1))
            .maxAttempts(0);
    assertThatThrownBy(builder::build)
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID))
        .hasMessageContainingAll(
            "\"Upper\"",
            "maxWorkers is 10001",
            "maxWorkers is 0",
            "\"twice\"",
            "id is \" \"",
            "fetchCooldown is PT0.000999999S",
            "fetchPollInterval is PT0S",
            "notifyCooldown is PT0S",
            "softStopTimeout is PT-0.000000001S",
            "maxAttempts is 0");
  }

  @Test
  void queuesWithoutWorkersAreAProblem() {
    assertThatThrownBy(() -> RiverConfig.builder().queue("q", 1).build())
        .hasMessageContaining("queues [q] have no workers");
  }

  @Test
  void theLimitsThemselvesAreAllowed() {
    RiverConfig config =
        RiverConfig.builder()
            .id("x".repeat(100))
            .queue("a", 1)
            .queue("b", QueueConfig.MAX_WORKERS_LIMIT)
            .worker(TextJob.of("k"), context -> Outcome.done())
            .fetchCooldown(Duration.ofMillis(1))
            .fetchPollInterval(Duration.ofMillis(1))
            .notifyCooldown(Duration.ofMillis(1))
            .jobTimeout(Duration.ofSeconds(-1))
            .maxAttempts(Short.MAX_VALUE)
            .build();
    assertThat(config.queues()).containsOnlyKeys("a", "b");
    assertThat(config.workers().kinds()).containsExactly("k");
    assertThatThrownBy(() -> RiverConfig.builder().id("x".repeat(101)).build())
        .hasMessageContaining("1 to 100 characters");
    assertThatThrownBy(() -> RiverConfig.builder().maxAttempts(Short.MAX_VALUE + 1).build())
        .hasMessageContaining("maxAttempts is 32768");
  }

  @Test
  void aConfigurationDoesNotChangeWithItsBuilder() {
    RiverConfig.Builder builder =
        RiverConfig.builder().queue("a", 1).worker(TextJob.of("k"), context -> Outcome.done());
    RiverConfig config = builder.build();
    builder.queue("b", 2).worker(TextJob.of("l"), context -> Outcome.done()).maxAttempts(3);
    assertThat(config.queues()).containsOnlyKeys("a");
    assertThat(config.workers().kinds()).containsExactly("k");
    assertThat(config.maxAttempts()).isEqualTo(25);
  }

  @Test
  @RiverPoint(43)
  void aQueueMayHaveAPaceOfItsOwn() {
    Duration second = Duration.ofSeconds(1);
    RiverConfig config =
        RiverConfig.builder()
            .worker(TextJob.of("k"), context -> Outcome.done())
            .queue("a", new QueueConfig(1, second, null))
            .queue("b", new QueueConfig(1, null, Duration.ofMillis(100)))
            .queue("c", new QueueConfig(1, second.multipliedBy(5), second.multipliedBy(5)))
            .build();
    assertThat(config.queues().get("a")).isEqualTo(new QueueConfig(1, second, null));
  }

  @Test
  @RiverPoint(43)
  void aQueueIsNotPolledMoreOftenThanItsCooldownAllows() {
    RiverConfig.Builder builder =
        RiverConfig.builder()
            .worker(TextJob.of("k"), context -> Outcome.done())
            .queue("a", new QueueConfig(1, Duration.ofSeconds(2), null))
            .queue("b", new QueueConfig(1, null, Duration.ofMillis(99)))
            .queue("fine", 1);
    assertThatThrownBy(builder::build)
        .hasMessageContaining("queue \"a\" has a fetchPollInterval of PT1S")
        .hasMessageContaining("queue \"b\" has a fetchPollInterval of PT0.099S")
        .hasMessageNotContaining("fine");
    assertThatThrownBy(() -> new QueueConfig(1, Duration.ofNanos(1), null))
        .hasMessageContaining("fetchCooldown is PT0.000000001S");
    assertThatThrownBy(() -> new QueueConfig(1, null, Duration.ZERO))
        .hasMessageContaining("fetchPollInterval is PT0S");
  }

  @Test
  void onlyKnownKindsAreClaimedUnlessItIsSaidOtherwise() {
    assertThat(RiverConfig.builder().build().fetchOnlyKnownKinds()).isTrue();
    assertThat(RiverConfig.builder().fetchOnlyKnownKinds(false).build().fetchOnlyKnownKinds())
        .isFalse();
  }

  @Test
  @RiverPoint(16)
  void clientsWithWorkersInsertTheKindsTheyKnowUnlessTold() {
    RiverConfig.Builder insertOnly = RiverConfig.builder();
    assertThat(insertOnly.build().knownKinds()).isNull();
    RiverConfig.Builder working =
        RiverConfig.builder()
            .worker(TextJob.of("k").withAliases("old", "older"), context -> Outcome.done())
            .worker(TextJob.of("l"), context -> Outcome.done());
    assertThat(working.build().knownKinds()).containsExactlyInAnyOrder("k", "old", "older", "l");
    assertThat(working.skipUnknownKindCheck(true).build().knownKinds()).isNull();
  }

  @Test
  void periodicJobsAreOfKnownKindsAndTheirIdsAreUnique() {
    PeriodicJob<String> known =
        PeriodicJob.of(TextJob.of("k"), PeriodicSchedule.never(), () -> "{}");
    PeriodicJob<String> unknown =
        PeriodicJob.of(TextJob.of("other"), PeriodicSchedule.never(), () -> "{}");
    RiverConfig.Builder builder =
        RiverConfig.builder()
            .worker(TextJob.of("k"), context -> Outcome.done())
            .periodicJob(known.withId("one"))
            .periodicJob(known)
            .periodicJob(unknown)
            .periodicJob(known.withId("one"));
    assertThatThrownBy(builder::build)
        .hasMessageContaining("has no worker in this client for kind \"other\"")
        .hasMessageContaining("periodic job \"one\" is given twice");
    RiverConfig.Builder others =
        RiverConfig.builder()
            .worker(TextJob.of("k"), context -> Outcome.done())
            .periodicJob(unknown)
            .skipUnknownKindCheck(true);
    assertThat(others.build().periodicJobs()).containsExactly(unknown);
  }

  @Test
  void stuckJobsAreRescuedAnHourAfterTheirTimeIsOver() {
    assertThat(RiverConfig.builder().build().rescueStuckJobsAfter()).hasHours(1);
    assertThat(RiverConfig.builder().jobTimeout(Duration.ofHours(2)).build().rescueStuckJobsAfter())
        .hasHours(3);
    assertThat(RiverConfig.builder().jobTimeout(Duration.ZERO).build().rescueStuckJobsAfter())
        .hasHours(1);
    assertThat(
            RiverConfig.builder()
                .maintenance(
                    MaintenanceConfig.builder().rescueStuckJobsAfter(Duration.ofMinutes(2)).build())
                .build()
                .rescueStuckJobsAfter())
        .hasMinutes(2);
  }

  @Test
  void noJobIsRescuedBeforeItsTimeIsOver() {
    RiverConfig.Builder builder =
        RiverConfig.builder()
            .jobTimeout(Duration.ofMinutes(3))
            .maintenance(
                MaintenanceConfig.builder().rescueStuckJobsAfter(Duration.ofMinutes(2)).build());
    assertThatThrownBy(builder::build)
        .hasMessageContaining("rescueStuckJobsAfter is PT2M: give at least the jobTimeout, PT3M");
  }
}
