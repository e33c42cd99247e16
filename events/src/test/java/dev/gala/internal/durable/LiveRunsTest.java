package dev.gala.internal.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.internal.durable.LiveRuns.Run;
import dev.gala.river.job.JobState;
import dev.gala.schedule.Schedule;
import dev.gala.schedule.ScheduleState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of the runs of one loop. */
class LiveRunsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Schedule HOURLY = Schedule.defaults().withMaxInterval(Duration.ofHours(1));

  @Test
  void oneChainIsNoneTooMany() {
    assertThat(LiveRuns.surplus(List.of())).isEmpty();
    assertThat(
            LiveRuns.surplus(
                List.of(run(1, JobState.RUNNING, "A", 3), run(2, JobState.SCHEDULED, "A", 4))))
        .isEmpty();
  }

  @Test
  void ofSeveralChainsTheOldestGoesOn() {
    assertThat(
            LiveRuns.surplus(
                List.of(
                    run(1, JobState.SCHEDULED, "B", 9),
                    run(2, JobState.SCHEDULED, "A", 1),
                    run(3, JobState.RETRYABLE, "C", 2))))
        .containsExactly(1L, 3L);
  }

  @Test
  void whatRunsAndWhatSomebodyEmittedIsLeft() {
    assertThat(
            LiveRuns.surplus(
                List.of(
                    run(1, JobState.SCHEDULED, "A", 9),
                    run(2, JobState.RUNNING, "B", 5),
                    run(3, JobState.AVAILABLE, "C", 0))))
        .isEmpty();
  }

  @Test
  void aRunThatWaitsLongerThanItsScheduleSaysIsTooLate() {
    assertThat(
            LiveRuns.tooLate(
                List.of(
                    due(1, Duration.ofHours(24), 5),
                    due(2, Duration.ofMinutes(59), 5),
                    due(3, Duration.ofMinutes(66), 5),
                    due(4, Duration.ofHours(24), 0),
                    new Run(
                        5,
                        JobState.RETRYABLE,
                        NOW.plus(Duration.ofHours(24)),
                        ScheduleState.initial().inChain("A", 5),
                        HOURLY)),
                NOW))
        .containsExactly(1L);
  }

  private static Run run(long job, JobState state, String incarnation, long cycle) {
    return new Run(job, state, NOW, ScheduleState.initial().inChain(incarnation, cycle), HOURLY);
  }

  private static Run due(long job, Duration after, long cycle) {
    return new Run(
        job,
        JobState.SCHEDULED,
        NOW.plus(after),
        ScheduleState.initial().inChain("A", cycle),
        HOURLY);
  }
}
