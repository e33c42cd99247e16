package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.TextJob;
import dev.gala.river.job.Durability;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.MaintenanceConfig;
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
  private final FakeDriver driver = new FakeDriver();
  private final RiverClient client =
      RiverClient.create(
          driver.database(),
          config().periodicJob(job().withId("configured").withRunOnStart()).build());

  @AfterEach
  void close() {
    client.close();
  }

  private static RiverConfig.Builder config() {
    return RiverConfig.builder()
        .queue("default", 1)
        .worker(TextJob.of("k"), context -> Outcome.done());
  }

  private static PeriodicJob<String> job() {
    return PeriodicJob.of(TextJob.of("k"), PeriodicSchedule.never(), () -> "{}");
  }

  @Test
  void oneThatMayBeLostIsRefused() {
    InsertOptions relaxed = InsertOptions.builder().durability(Durability.RELAXED).build();
    assertThatThrownBy(() -> job().withOptions(relaxed))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID))
        .hasMessageContaining("kind \"k\"")
        .hasMessageContaining("RELAXED");
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

  @Test
  void theLeaderInsertsThem() {
    client.start();
    driver.leadership().awaitLeader(client.id());
    Await.until("the configured job", () -> driver.rows().size() == 1);
    client.periodicJobs().add(job().withId("added").withRunOnStart());
    Await.until("the added job", () -> driver.rows().size() == 2);
    assertThat(driver.rows())
        .extracting(JobRow::metadata)
        .anySatisfy(metadata -> assertThat(metadata).contains("\"configured\""))
        .anySatisfy(metadata -> assertThat(metadata).contains("\"added\""));
  }

  @Test
  @RiverPoint(92)
  void aClientInsertsThemWheneverItWinsAnElection() {
    client.start();
    Await.until("the configured job", () -> driver.rows().size() == 1);
    client.stop();
    client.start();
    Await.until("the configured job again", () -> driver.rows().size() == 2);
  }

  @Test
  @RiverPoint(94)
  void aClientThatNeverLeadsTakesNone() {
    MaintenanceConfig never = MaintenanceConfig.builder().leaderElection(false).build();
    RiverConfig.Builder given = config().maintenance(never).periodicJob(job());
    assertThatThrownBy(given::build)
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID))
        .hasMessageContaining("periodic jobs")
        .hasMessageContaining("leaderElection is false");
    try (RiverClient worker =
        RiverClient.create(driver.database(), config().maintenance(never).build())) {
      assertThatThrownBy(() -> worker.periodicJobs().add(job()))
          .isInstanceOfSatisfying(
              RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CLIENT_STATE))
          .hasMessageContaining("leaderElection(false)");
    }
  }
}
