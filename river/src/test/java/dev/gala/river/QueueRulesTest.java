package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.fake.TextJob;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.QueueConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.UniqueOptions;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.PeriodicJob;
import dev.gala.river.worker.PeriodicSchedule;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Unique keys that hold while a job is completed need its row. */
final class QueueRulesTest {
  private static final QueueConfig KEEPS = new QueueConfig(1);
  private static final QueueConfig DELETES = KEEPS.withDeleteOnCompletion();
  private static final UniqueOptions BY_RIVER = UniqueOptions.builder().byArgs().build();
  private static final UniqueOptions WHILE_LIVE =
      UniqueOptions.builder()
          .byArgs()
          .byState(
              EnumSet.of(
                  JobState.AVAILABLE, JobState.PENDING, JobState.RUNNING, JobState.SCHEDULED))
          .build();
  private static final UniqueOptions FOR_EVER =
      UniqueOptions.builder().byArgs().byState(EnumSet.allOf(JobState.class)).build();

  private static JobType<String> type(@Nullable String queue, @Nullable UniqueOptions unique) {
    return TextJob.of("k").withOptions(InsertOptions.builder().queue(queue).unique(unique).build());
  }

  @Test
  void aQueueThatKeepsItsJobsTakesAny() {
    assertThat(QueueRules.heldKeys("default", KEEPS, List.of(type(null, BY_RIVER)))).isEmpty();
  }

  @Test
  void aQueueThatDeletesThemTakesThoseWhoseKeysAreFreeThen() {
    assertThat(
            QueueRules.heldKeys(
                "default",
                DELETES,
                List.of(type(null, null), type(null, WHILE_LIVE), type("other", BY_RIVER))))
        .isEmpty();
  }

  @Test
  void theOthersAreNamedWithTheRemedy() {
    for (UniqueOptions unique : List.of(BY_RIVER, FOR_EVER)) {
      assertThat(QueueRules.heldKeys("q", DELETES, List.of(type("q", unique))))
          .containsExactly(
              "queue \"q\" deletes jobs on completion, but the unique keys of kind \"k\" hold while"
                  + " its jobs are completed: give its UniqueOptions a byState without COMPLETED,"
                  + " or it a queue that keeps them");
    }
  }

  @Test
  void periodicJobsAreLookedAtWithTheirOwnOptions() {
    PeriodicJob<String> job =
        PeriodicJob.of(
                type("other", BY_RIVER), PeriodicSchedule.every(Duration.ofHours(1)), slot -> "{}")
            .withOptions(InsertOptions.builder().queue("q").build());
    assertThat(QueueRules.heldKeys(Map.of("q", DELETES), List.of(), List.of(job))).hasSize(1);
    assertThat(
            QueueRules.heldKeys(
                Map.of("q", DELETES),
                List.of(),
                List.of(
                    job.withOptions(
                        InsertOptions.builder().queue("q").unique(WHILE_LIVE).build()))))
        .isEmpty();
  }

  @Test
  void aConfigurationWithThemIsRefused() {
    RiverConfig.Builder builder =
        RiverConfig.builder()
            .worker(type("q", BY_RIVER), context -> Outcome.done())
            .queue("q", DELETES);
    assertThatThrownBy(builder::build)
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID))
        .hasMessageContaining("queue \"q\" deletes jobs on completion");
  }
}
