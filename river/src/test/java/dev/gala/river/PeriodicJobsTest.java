package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.TextJob;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.PeriodicJob;
import dev.gala.river.worker.PeriodicJobHandle;
import dev.gala.river.worker.PeriodicSchedule;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class PeriodicJobsTest {
  private final RiverClient client =
      RiverClient.create(
          new FakeDriver().database(),
          RiverConfig.builder()
              .queue("default", 1)
              .worker(TextJob.of("k"), context -> Outcome.done())
              .periodicJob(job().withId("configured"))
              .build());

  @AfterEach
  void close() {
    client.close();
  }

  private static PeriodicJob<String> job() {
    return PeriodicJob.of(TextJob.of("k"), PeriodicSchedule.never(), () -> "{}");
  }

  @Test
  void theConfiguredOnesAreThere() {
    assertThatThrownBy(() -> client.periodicJobs().add(job().withId("configured")))
        .isInstanceOfSatisfying(
            RiverException.class,
            e -> assertThat(e.code()).isEqualTo(RiverError.PERIODIC_JOB_ALREADY_ADDED))
        .hasMessageContaining("\"configured\"");
    assertThat(client.periodicJobs().removeById("configured")).isTrue();
    assertThat(client.periodicJobs().removeById("configured")).isFalse();
  }

  @Test
  void whatIsAddedIsRemovedByItsHandle() {
    List<PeriodicJobHandle> handles =
        client.periodicJobs().addMany(List.of(job(), job().withId("two")));
    assertThat(client.periodicJobs().remove(handles.getFirst())).isTrue();
    assertThat(client.periodicJobs().remove(handles.getFirst())).isFalse();
    client.periodicJobs().clear();
    assertThat(client.periodicJobs().remove(handles.getLast())).isFalse();
    assertThat(client.periodicJobs().removeById("configured")).isFalse();
  }
}
