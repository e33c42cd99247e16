package dev.gala.river.driver.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.JobInsertedRow;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Inserts with unique keys. */
public abstract class UniqueConformance extends DriverConformance {
  /** For subclasses. */
  protected UniqueConformance() {}

  private List<JobInsertedRow> insertUnique(JobInsertParams... jobs) {
    return executor().jobInsertUnique(List.of(jobs), Set.of());
  }

  @Test
  @RiverPoint(26)
  void theRowHasItsKeyAndItsStates() {
    JobInsertedRow inserted = insertUnique(Jobs.unique(1, "kind", Jobs.USUAL_STATES)).getFirst();

    assertThat(inserted.duplicate()).isFalse();
    assertThat(inserted.job()).isEqualTo(row(inserted.job().id()));
    assertThat(inserted.job().uniqueKey()).isEqualTo(Jobs.key(1));
    assertThat(inserted.job().uniqueStates())
        .containsExactlyInAnyOrder(
            JobState.AVAILABLE,
            JobState.COMPLETED,
            JobState.PENDING,
            JobState.RETRYABLE,
            JobState.RUNNING,
            JobState.SCHEDULED);
    assertThat(claim(1))
        .singleElement()
        .extracting(c -> c.job().uniqueKey())
        .isEqualTo(Jobs.key(1));
  }

  @Test
  @RiverPoint(26)
  void everyStateHasItsBit() {
    int key = 0;
    for (JobState state : JobState.values()) {
      JobRow row = insertUnique(Jobs.unique(++key, "kind", state.uniqueBit())).getFirst().job();
      executor().jobInsertBulk(List.of(Jobs.unique(++key, "kind", state.uniqueBit())), Set.of());

      assertThat(row.uniqueStates()).containsExactly(state);
      assertThat(Lists.all(executor()).getLast())
          .extracting(JobRow::uniqueKey, JobRow::uniqueStates)
          .containsExactly(Jobs.key(key), Set.of(state));
    }
  }

  @Test
  @RiverPoint(28)
  void aDuplicateLeavesTheRowAsItIs() {
    JobRow first = insertUnique(Jobs.unique(1, "kind", Jobs.USUAL_STATES)).getFirst().job();

    JobInsertedRow second = insertUnique(Jobs.unique(1, "other", 0b1000_0001)).getFirst();

    assertThat(second).isEqualTo(new JobInsertedRow(first, true));
    assertThat(Lists.all(executor())).containsExactly(first);
  }

  @Test
  @RiverPoint(28)
  void aDuplicateOfARunningJobReturnsItAsItRuns() {
    insertUnique(Jobs.unique(1, "kind", Jobs.USUAL_STATES));
    JobRow running = claimRows(1).getFirst();

    assertThat(insertUnique(Jobs.unique(1, "kind", Jobs.USUAL_STATES)))
        .containsExactly(new JobInsertedRow(running, true));
  }

  @Test
  void resultsComeInTheOrderOfTheJobs() {
    List<JobInsertParams> jobs = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      // The keys descend, so that their order is not that of the jobs.
      jobs.add(i % 3 == 0 ? Jobs.job() : Jobs.unique(5000 - i, "kind-" + i, Jobs.USUAL_STATES));
    }
    List<JobInsertParams> before =
        IntStream.range(0, 1000).filter(i -> i % 5 == 0).mapToObj(jobs::get).toList();
    executor().jobInsertUnique(before, Set.of());

    List<JobInsertedRow> results = executor().jobInsertUnique(jobs, Set.of());

    assertThat(results).hasSize(1000);
    for (int i = 0; i < 1000; i++) {
      JobInsertedRow result = results.get(i);
      assertThat(result.job().kind()).isEqualTo(jobs.get(i).kind());
      assertThat(result.job().uniqueKey()).isEqualTo(jobs.get(i).uniqueKey());
      assertThat(result.duplicate()).as("job %s", i).isEqualTo(i % 5 == 0 && i % 3 != 0);
    }
    assertThat(results.stream().filter(result -> !result.duplicate()))
        .extracting(result -> result.job().id())
        .isSorted();
  }

  @Test
  @RiverPoint(31)
  void aKeyIsFreeOnceItsRowLeftTheStates() {
    int untilItRuns = JobState.uniqueMask(List.of(JobState.AVAILABLE));
    insertUnique(Jobs.unique(1, "kind", untilItRuns));
    JobRow running = claimRows(1).getFirst();

    JobInsertedRow second = insertUnique(Jobs.unique(1, "kind", untilItRuns)).getFirst();

    assertThat(second.duplicate()).isFalse();
    assertThat(second.job().id()).isGreaterThan(running.id());
  }

  @Test
  @RiverPoint(31)
  void aKeyIsFreeOnceItsRowIsDeleted() {
    JobRow first = insertUnique(Jobs.unique(1, "kind", Jobs.USUAL_STATES)).getFirst().job();
    executor().jobDelete(first.id());

    assertThat(insertUnique(Jobs.unique(1, "kind", Jobs.USUAL_STATES)).getFirst().duplicate())
        .isFalse();
  }

  @Test
  @RiverPoint(19)
  void oneTakenKeyFailsTheWholeBulk() throws Exception {
    insertUnique(Jobs.unique(1, "kind", Jobs.USUAL_STATES));
    List<JobInsertParams> jobs = List.of(Jobs.job(), Jobs.unique(1, "kind", Jobs.USUAL_STATES));

    assertThat(
            told(
                () ->
                    refusal(
                        RiverError.ROW_REFUSED,
                        () -> executor().jobInsertBulk(jobs, Set.of("default")))))
        .isEmpty();

    assertThat(Lists.all(executor())).hasSize(1);
    assertThat(executor().jobInsertBulk(List.of(Jobs.job()), Set.of())).isEqualTo(1);
  }

  @Test
  void aKeyInAnOpenTransactionIsNotWaitedForForever() throws Exception {
    JobInsertParams job = Jobs.unique(1, "kind", Jobs.USUAL_STATES);

    rollingBack(
        other -> {
          other.jobInsertUnique(List.of(job), Set.of());

          RiverException refused = refusal(RiverError.ROW_LOCKED, () -> insertUnique(job));
          assertThat(refused.isTransient()).isTrue();
        });

    assertThat(insertUnique(job).getFirst().duplicate()).isFalse();
  }

  @Test
  void whoeverRefusesAHolderHasNothingInserted() throws Exception {
    JobInsertParams held = Jobs.unique(1, "kind", Jobs.USUAL_STATES);
    JobInsertParams free = Jobs.unique(2, "kind", Jobs.USUAL_STATES);
    JobRow holder = insertUnique(held).getFirst().job();
    List<JobInsertParams> both = List.of(free, held);
    Consumer<List<JobInsertedRow>> refusing =
        rows -> {
          assertThat(rows).extracting(JobInsertedRow::duplicate).containsExactly(false, true);
          assertThat(rows.getLast().job().id()).isEqualTo(holder.id());
          throw new IllegalStateException("not that one");
        };

    assertThat(
            told(
                NotificationTopic.INSERT,
                () ->
                    assertThatThrownBy(
                            () -> executor().jobInsertUnique(both, Set.of("q"), refusing))
                        .hasMessage("not that one")))
        .isEmpty();
    assertThat(Lists.all(executor())).hasSize(1);

    committing(
        mine -> {
          mine.jobInsertFast(List.of(Jobs.job()), Set.of());
          assertThatThrownBy(() -> mine.jobInsertUnique(both, Set.of("q"), refusing))
              .hasMessage("not that one");
          return mine.jobInsertUnique(List.of(), Set.of());
        });
    assertThat(Lists.all(executor())).as("what was done before stands").hasSize(2);

    assertThat(executor().jobInsertUnique(both, Set.of("q"), rows -> {}))
        .extracting(JobInsertedRow::duplicate)
        .containsExactly(false, true);
    assertThat(Lists.all(executor())).hasSize(3);
  }

  @Test
  @RiverPoint(18)
  void aRolledBackKeyIsFree() throws Exception {
    JobInsertParams job = Jobs.unique(1, "kind", Jobs.USUAL_STATES);
    rollingBack(
        other -> {
          assertThat(other.jobInsertUnique(List.of(job), Set.of()).getFirst().duplicate())
              .isFalse();
          assertThat(other.jobInsertUnique(List.of(job), Set.of()).getFirst().duplicate()).isTrue();
        });

    assertThat(insertUnique(job).getFirst().duplicate()).isFalse();
  }
}
