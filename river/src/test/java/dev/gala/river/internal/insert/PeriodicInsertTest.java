package dev.gala.river.internal.insert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.unique.UniqueKeys;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.UniqueOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PeriodicInsertTest {
  private static final Instant SLOT = Instant.parse("2026-01-02T03:00:00Z");
  private static final Instant GIVEN = Instant.parse("2026-01-02T07:00:00Z");

  /** Before the slot, in another hour: nothing may come from it. */
  private static final InstantSource CLOCK = InstantSource.fixed(SLOT.minusMillis(50));

  private static final JobType<String> KIND = TextJob.of("kind");

  private static JobInsertParams row(InsertOptions.Builder options, @Nullable String id) {
    var insert = new JobInsert<>(KIND, "{}", options.build());
    return new PeriodicInsert<>(insert, SLOT, id).row(25, CLOCK);
  }

  @Test
  @RiverPoint(92)
  void itIsAvailableScheduledForItsSlotAndMarked() {
    JobInsertParams row = row(InsertOptions.builder(), "nightly");
    assertThat(row.state()).isEqualTo(JobState.AVAILABLE);
    assertThat(row.scheduledAt()).isEqualTo(SLOT);
    assertThat(row.metadata())
        .isEqualTo("{\"periodic\":true,\"river:periodic_job_id\":\"nightly\"}");
    assertThat(row(InsertOptions.builder(), null).metadata()).isEqualTo("{\"periodic\":true}");
  }

  @Test
  void theUsersMetadataStayAsTheyAreWritten() {
    assertThat(
            row(InsertOptions.builder().metadata("{ \"n\": 1e400, \"a\": [ ] }"), "x1").metadata())
        .isEqualTo("{\"n\":1e400,\"a\":[],\"periodic\":true,\"river:periodic_job_id\":\"x1\"}");
    assertThatThrownBy(() -> row(InsertOptions.builder().metadata("[]"), null))
        .hasMessageContaining("metadata must be one JSON object");
  }

  @Test
  void aTimeGivenByTheOptionsIsKeptAndSchedules() {
    JobInsertParams row = row(InsertOptions.builder().scheduledAt(GIVEN), null);
    assertThat(row.scheduledAt()).isEqualTo(GIVEN);
    assertThat(row.state()).isEqualTo(JobState.SCHEDULED);

    JobType<String> later = KIND.withOptions(InsertOptions.builder().scheduledAt(GIVEN).build());
    var insert = new JobInsert<>(later, "{}", InsertOptions.defaults());
    assertThat(new PeriodicInsert<>(insert, SLOT, null).row(25, CLOCK).scheduledAt())
        .isEqualTo(GIVEN);
  }

  @Test
  void aParkedOneStaysParked() {
    JobInsertParams row = row(InsertOptions.builder().pending(true), null);
    assertThat(row.state()).isEqualTo(JobState.PENDING);
    assertThat(row.scheduledAt()).isEqualTo(SLOT);
  }

  @Test
  @RiverPoint(92)
  void thePeriodOfItsUniqueKeyIsTheSlots() {
    UniqueOptions hourly = UniqueOptions.builder().byPeriod(Duration.ofHours(1)).build();
    assertThat(row(InsertOptions.builder().unique(hourly), null).uniqueKey())
        .isEqualTo(UniqueKeys.key(hourly, new UniqueKeys.Subject("kind", "{}", SLOT, "default")));
  }

  @Test
  void otherOptionsAreAsInAnyInsert() {
    JobInsertParams row = row(InsertOptions.builder().queue("q").priority(3).maxAttempts(2), null);
    assertThat(row.queue()).isEqualTo("q");
    assertThat(row.priority()).isEqualTo(3);
    assertThat(row.maxAttempts()).isEqualTo(2);
  }
}
