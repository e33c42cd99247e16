package dev.gala.river.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MaintenanceConfigTest {
  @Test
  @RiverPoint({90, 91})
  void theDefaultsAreRivers() {
    MaintenanceConfig config = MaintenanceConfig.defaults();
    assertThat(config.leaderElection()).isTrue();
    assertThat(config.retention(JobState.CANCELLED)).hasHours(24);
    assertThat(config.retention(JobState.COMPLETED)).hasHours(24);
    assertThat(config.retention(JobState.DISCARDED)).hasDays(7);
    assertThat(config.rescueStuckJobsAfter()).isNull();
    assertThat(config.rescueUnknownKinds()).isFalse();
    assertThat(config.reindexTimeout()).hasMinutes(1);
    assertThat(config.reindexIndexes())
        .containsExactly(
            "river_job_args_index",
            "river_job_kind",
            "river_job_metadata_index",
            "river_job_pkey",
            "river_job_prioritized_fetching_index",
            "river_job_state_and_finalized_at_index",
            "river_job_unique_idx");
    assertThat(config.intervals())
        .isEqualTo(
            new MaintenanceConfig.Intervals(
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofHours(1)));
  }

  @Test
  void whatHasNotEndedIsKept() {
    assertThat(MaintenanceConfig.defaults().retention(JobState.RUNNING)).isNegative();
    assertThat(MaintenanceConfig.defaults().retention(JobState.AVAILABLE)).isNegative();
  }

  @Test
  void indexesAreRebuiltAtMidnight() {
    var schedule = MaintenanceConfig.defaults().reindexSchedule();
    Instant midnight = Instant.parse("2026-03-05T00:00:00Z");
    assertThat(schedule.apply(Instant.parse("2026-03-04T05:06:07Z"))).isEqualTo(midnight);
    assertThat(schedule.apply(midnight.minusNanos(1))).isEqualTo(midnight);
    assertThat(schedule.apply(midnight)).isEqualTo(midnight.plus(Duration.ofDays(1)));
  }

  @Test
  void everyProblemIsNamedAtOnce() {
    assertThatThrownBy(
            () ->
                MaintenanceConfig.builder()
                    .completedJobRetention(Duration.ofDays(40_000))
                    .rescueStuckJobsAfter(Duration.ZERO)
                    .reindexTimeout(Duration.ZERO)
                    .intervals(
                        new MaintenanceConfig.Intervals(
                            Duration.ZERO,
                            Duration.ofSeconds(5),
                            Duration.ofNanos(5),
                            Duration.ofSeconds(30),
                            Duration.ofHours(1)))
                    .build())
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID))
        .hasMessage(
            "maintenance configuration: completedJobRetention is PT960000H: give at most 100 years;"
                + " rescueStuckJobsAfter is PT0S: give at least 1 ms;"
                + " reindexTimeout is zero: give more, or a negative one for no limit;"
                + " the interval of elections is PT0S: give at least 1 ms;"
                + " the interval of the rescuer is PT0.000000005S: give at least 1 ms");
  }

  @Test
  void whatIsBuiltDoesNotChange() {
    var indexes = new ArrayList<>(List.of("mine"));
    MaintenanceConfig.Builder builder = MaintenanceConfig.builder().reindexIndexes(indexes);
    MaintenanceConfig config = builder.build();
    indexes.add("another");
    builder.leaderElection(false);
    assertThat(config.reindexIndexes()).containsExactly("mine");
    assertThat(config.leaderElection()).isTrue();
  }
}
