package dev.gala.examples.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.RiverDatabase;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.test.postgres.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The programs do what they say, on the engine alone. */
@Timeout(60)
class ProgramsTest {
  private final TestDatabase postgres = TestDatabase.create();
  private RiverDatabase database;

  @BeforeEach
  void connect() {
    database = RiverDatabase.connect(postgres.url());
    database.migrator().up();
  }

  @AfterEach
  void close() {
    database.close();
    postgres.close();
  }

  private List<JobRow> jobs() {
    return database.jobs().list(JobListParams.builder().build()).jobs();
  }

  @Test
  void anEmailIsSent() throws InterruptedException {
    InsertAndWork.main(new String[] {postgres.url()});
    assertThat(jobs())
        .singleElement()
        .satisfies(
            job -> {
              assertThat(job.state()).isEqualTo(JobState.COMPLETED);
              assertThat(job.args()).contains("ada@example.org");
            });
  }

  @Test
  void oneReportIsMadeForADayHoweverOftenItIsAskedFor() throws InterruptedException {
    DailyReports.main(new String[] {postgres.url()});
    assertThat(jobs())
        .first()
        .satisfies(
            job -> {
              assertThat(job.state()).isEqualTo(JobState.COMPLETED);
              assertThat(job.kind()).isEqualTo("daily_report");
              assertThat(job.metadata()).contains("\"every_morning\"");
            });
    // Midnight in Berlin may pass meanwhile, and with it a day.
    assertThat(jobs()).extracting(JobRow::args).doesNotHaveDuplicates();
  }

  @Test
  void theEventLayerIsNotThere() {
    assertThatThrownBy(() -> Class.forName("dev.gala.Gala"))
        .isInstanceOf(ClassNotFoundException.class);
  }
}
