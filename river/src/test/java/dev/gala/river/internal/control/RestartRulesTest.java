package dev.gala.river.internal.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.job.JobRestart;
import dev.gala.river.job.JobState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartRulesTest {
  @Test
  void theyAreSortedById() {
    assertThat(RestartRules.resolve(List.of(job(2), job(1), job(3)), 3))
        .extracting(JobRestart::id)
        .containsExactly(1L, 2L, 3L);
    assertThat(RestartRules.resolve(List.of(), 3)).isEmpty();
  }

  @Test
  void whatCannotBeMeantIsRefusedWithTheRemedy() {
    refused("there are 2 jobs to restart: give at most 1", 1, job(1), job(2));
    refused("job 7 is to be restarted twice: give it once", 2, job(7), job(7));
    refused("job 7 is running: only jobs that have ended", 1, job(7, JobState.RUNNING, "{}"));
    refused("into job 7 are \"[1]\": give a JSON object", 1, job(7, JobState.COMPLETED, "[1]"));
  }

  private static void refused(String part, int most, JobRestart... jobs) {
    assertThatThrownBy(() -> RestartRules.resolve(List.of(jobs), most)).hasMessageContaining(part);
  }

  private static JobRestart job(long id) {
    return job(id, JobState.DISCARDED, "{}");
  }

  private static JobRestart job(long id, JobState state, String merge) {
    return new JobRestart(id, state, 1, Instant.EPOCH, List.of(), merge);
  }
}
