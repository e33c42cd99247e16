package dev.gala.river.driver.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRestart;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobsRestarted;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Finished jobs that are worked again. */
public abstract class RestartConformance extends DriverConformance {
  /** For subclasses. */
  protected RestartConformance() {}

  @Test
  void whatHasEndedBecomesAvailable() {
    List<Long> ended = ends().map(this::in).toList();

    assertThat(restart(rows(ended))).isEqualTo(new JobsRestarted(ended, List.of()));
    assertThat(ended)
        .allSatisfy(
            id -> {
              JobRow row = row(id);
              assertThat(row.state()).isEqualTo(JobState.AVAILABLE);
              assertThat(row.finalizedAt()).isNull();
              assertThat(row.scheduledAt()).isAfter(PAST);
              assertThat(row.attempt()).isEqualTo(1);
              assertThat(row.maxAttempts()).isEqualTo(25);
            });
    assertThat(restart(List.of())).isEqualTo(new JobsRestarted(List.of(), List.of()));
  }

  /** A row that was seen finished and is not so any more belongs to somebody else. */
  @Test
  void whatIsNotAsItWasSeenIsLeftAlone() {
    JobRow seen = row(in(JobState.DISCARDED));
    restart(List.of(seen));
    assertThat(restart(List.of(seen))).as("it waits").isEqualTo(nothing());

    JobRow again = running(seen.id());
    assertThat(restart(List.of(seen))).as("it runs").isEqualTo(nothing());

    end(again, JobState.COMPLETED);
    assertThat(restart(List.of(seen))).as("it ended otherwise").isEqualTo(nothing());
    JobRow now = row(seen.id());
    var asBefore =
        new JobRestart(
            now.id(), now.state(), seen.attempt(), present(now.finalizedAt()), List.of(), "{}");
    assertThat(executor().jobRestartMany(List.of(asBefore)))
        .as("another attempt")
        .isEqualTo(nothing());
    var another =
        new JobRestart(
            now.id(),
            now.state(),
            now.attempt(),
            present(now.finalizedAt()).plusNanos(1_000),
            List.of(),
            "{}");
    assertThat(executor().jobRestartMany(List.of(another))).as("another end").isEqualTo(nothing());
    assertThat(row(seen.id())).isEqualTo(now);

    assertThat(executor().jobDelete(now.id())).isNotNull();
    assertThat(restart(List.of(now))).as("it is gone").isEqualTo(nothing());
  }

  @Test
  void eachRowForgetsAndMergesItsOwn() {
    JobRow one = ended(Jobs.tagged("{\"a\": 1, \"ab\": 2, \"it's \\\"odd\\\"\": 3, \"z\": 5}"));
    JobRow two = ended(Jobs.tagged("{\"a\": 1}"));

    executor()
        .jobRestartMany(
            List.of(
                JobRestart.of(
                    one,
                    List.of("a", "it's \"odd\"", "none"),
                    "{\"z\": 6, \"new\": {\"b\": \"\\u0000\"}}"),
                JobRestart.of(two, List.of(), "{}")));

    assertThat(row(one.id()).metadata())
        .isEqualTo("{\"z\": 6, \"ab\": 2, \"new\": {\"b\": \"\ufffd\"}}");
    assertThat(row(two.id()).metadata()).isEqualTo("{\"a\": 1}");
  }

  @Test
  void whoseAttemptsAreUsedUpGetsOneMore() {
    JobRow row = claimed(Jobs.withAttempts(1));
    end(row, JobState.DISCARDED);

    restart(List.of(row(row.id())));

    assertThat(row(row.id()).maxAttempts()).isEqualTo(2);
  }

  @Test
  void oneOfSeveralWithAKeyIsRestartedAndNoneIfItIsHeld() {
    List<Long> ids =
        IntStream.range(0, 3)
            .mapToObj(
                i -> {
                  JobRow row = claimedUnique();
                  end(row, JobState.CANCELLED);
                  return row.id();
                })
            .toList();
    List<Long> others = ids.subList(1, 3);

    assertThat(restart(rows(ids)))
        .isEqualTo(new JobsRestarted(List.of(ids.getFirst()), List.copyOf(others)));
    assertThat(row(ids.getFirst()).state()).isEqualTo(JobState.AVAILABLE);
    assertThat(restart(rows(others))).isEqualTo(new JobsRestarted(List.of(), others));
  }

  @Test
  void theQueuesAreTold() throws Exception {
    List<JobRow> ended = rows(Stream.of(in(JobState.COMPLETED), in(JobState.DISCARDED)).toList());
    String queue = ended.getFirst().queue();
    assertThat(told(NotificationTopic.INSERT, () -> restart(ended)))
        .containsExactly("{\"queue\":\"" + queue + "\"}");
    assertThat(told(NotificationTopic.INSERT, () -> restart(ended))).isEmpty();
  }

  private static JobsRestarted nothing() {
    return new JobsRestarted(List.of(), List.of());
  }

  private JobRow claimedUnique() {
    var inserted =
        executor().jobInsertUnique(List.of(Jobs.unique(1, "kind", Jobs.USUAL_STATES)), Set.of());
    assertThat(inserted).hasSize(1);
    return claimRows(1).getFirst();
  }

  private JobRow claimed(JobInsertParams job) {
    insertOne(job);
    return claimRows(1).getFirst();
  }

  private JobRow running(long id) {
    var params = new JobGetAvailableParams("client", null, 1, row(id).queue());
    JobRow claimed = executor().jobGetAvailable(params).getFirst().job();
    assertThat(claimed.id()).isEqualTo(id);
    return claimed;
  }

  private JobRow ended(JobInsertParams job) {
    JobRow row = claimed(job);
    end(row, JobState.COMPLETED);
    return row(row.id());
  }

  private void end(JobRow row, JobState state) {
    assertThat(
            executor()
                .jobSetStateIfRunning(
                    List.of(
                        new JobSetStateParams(
                            row.attemptId(), state, null, null, PAST, null, null)),
                    false))
        .hasSize(1);
  }

  private List<JobRow> rows(List<Long> ids) {
    return ids.stream().map(this::row).toList();
  }

  private JobsRestarted restart(List<JobRow> rows) {
    return executor()
        .jobRestartMany(
            rows.stream()
                .sorted(Comparator.comparingLong(JobRow::id))
                .map(row -> JobRestart.of(row, List.of(), "{}"))
                .toList());
  }
}
