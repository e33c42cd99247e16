package dev.gala.river.internal.control;

import static dev.gala.river.job.JobState.AVAILABLE;
import static dev.gala.river.job.JobState.CANCELLED;
import static dev.gala.river.job.JobState.COMPLETED;
import static dev.gala.river.job.JobState.DISCARDED;
import static dev.gala.river.job.JobState.PENDING;
import static dev.gala.river.job.JobState.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.JobListQuery;
import dev.gala.river.driver.JobListQuery.Order;
import dev.gala.river.fake.Rows;
import dev.gala.river.job.JobCursor;
import dev.gala.river.job.JobDeleteParams;
import dev.gala.river.job.JobListOrder;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ListRulesTest {
  private static final Instant FROM = Instant.parse("2026-01-02T03:04:05Z");
  private static final Instant BEFORE = FROM.plusSeconds(1);

  @Test
  void withoutAnythingSaidTheFirstHundredById() {
    assertThat(ListRules.resolve(JobListParams.builder().build()))
        .isEqualTo(
            new JobListQuery(
                List.of(), List.of(), List.of(), List.of(), Set.of(), List.of(), List.of(), null,
                null, null, Order.ID, false, null, 100));
  }

  @Test
  void filtersAreHandedOn() {
    JobListParams params =
        JobListParams.builder()
            .ids(List.of(1L, 2L))
            .kinds(List.of("a"))
            .priorities(List.of(1, 4))
            .queues(List.of("q"))
            .states(List.of(RUNNING, RUNNING))
            .tagsAll(List.of("all"))
            .tagsAny(List.of("any"))
            .metadata("{\"a\": 1}")
            .createdFrom(FROM)
            .createdBefore(BEFORE)
            .order(JobListOrder.SCHEDULED_AT)
            .descending(true)
            .limit(10_000)
            .build();
    assertThat(ListRules.resolve(params))
        .isEqualTo(
            new JobListQuery(
                List.of(1L, 2L),
                List.of("a"),
                List.of(1, 4),
                List.of("q"),
                Set.of(RUNNING),
                List.of("all"),
                List.of("any"),
                "{\"a\": 1}",
                FROM,
                BEFORE,
                Order.SCHEDULED_AT,
                true,
                null,
                10_000));
  }

  @ParameterizedTest
  @CsvSource({
    "AVAILABLE, SCHEDULED_AT",
    "PENDING, SCHEDULED_AT",
    "RETRYABLE, SCHEDULED_AT",
    "SCHEDULED, SCHEDULED_AT",
    "RUNNING, ATTEMPTED_AT",
    "CANCELLED, FINALIZED_AT",
    "COMPLETED, FINALIZED_AT",
    "DISCARDED, FINALIZED_AT"
  })
  void theFirstStateSaysWhatTimeMeans(JobState first, Order column) {
    for (JobState second : JobState.values()) {
      assertThat(resolve(JobListOrder.TIME, first, second).order()).isEqualTo(column);
    }
    assertThat(resolve(JobListOrder.TIME).order()).isEqualTo(Order.SCHEDULED_AT);
  }

  @Test
  void byEndOnlyWhatHasEnded() {
    assertThat(resolve(JobListOrder.FINALIZED_AT).states())
        .containsExactlyInAnyOrder(CANCELLED, COMPLETED, DISCARDED);
    assertThat(resolve(JobListOrder.FINALIZED_AT, COMPLETED).states()).containsExactly(COMPLETED);
    RiverException refused =
        refused(() -> resolve(JobListOrder.FINALIZED_AT, RUNNING, COMPLETED, AVAILABLE, PENDING));
    assertThat(refused).hasMessageContaining("not available, pending, running:");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 10_001})
  void limitsOutOfBounds(int limit) {
    assertThat(refused(() -> ListRules.resolve(JobListParams.builder().limit(limit).build())))
        .hasMessageContaining("limit is " + limit)
        .hasMessageContaining("1 to 10000");
    assertThat(
            refused(
                () -> DeleteRules.resolve(JobDeleteParams.builder().all().limit(limit).build())))
        .hasMessageContaining("limit is " + limit);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 5})
  void prioritiesThatNoJobHas(int priority) {
    List<Integer> priorities = List.of(1, priority);
    assertThat(
            refused(
                () -> ListRules.resolve(JobListParams.builder().priorities(priorities).build())))
        .hasMessageContaining("priority " + priority);
    assertThat(
            refused(
                () ->
                    DeleteRules.resolve(JobDeleteParams.builder().priorities(priorities).build())))
        .hasMessageContaining("priority " + priority);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "[]", "null", "{\"a\"}", "{} {}"})
  void metadataThatAreNoObject(String metadata) {
    assertThat(refused(() -> ListRules.resolve(JobListParams.builder().metadata(metadata).build())))
        .hasMessageContaining("\"" + metadata + "\"")
        .hasMessageContaining("JSON object");
  }

  @Test
  void aCursorOfAnotherOrder() {
    JobListParams byId = JobListParams.builder().build();
    JobListParams byTime = JobListParams.builder().order(JobListOrder.TIME).build();
    JobCursor cursor = ListRules.cursorAt(Rows.running(7, "k"), byId);
    assertThat(ListRules.resolve(byId.after(cursor)).after())
        .isEqualTo(new JobListQuery.After(7, null));
    assertThat(refused(() -> ListRules.resolve(byTime.after(cursor))))
        .hasMessageContaining("ordered by id, this one is ordered by time");
  }

  @Test
  void aCursorHoldsTheTimeOfTheOrder() {
    JobListParams running =
        JobListParams.builder().order(JobListOrder.TIME).states(List.of(RUNNING)).build();
    JobCursor cursor = ListRules.cursorAt(Rows.running(7, "k"), running);
    assertThat(ListRules.resolve(running.after(cursor)).after())
        .isEqualTo(new JobListQuery.After(7, Rows.CLAIMED));
    JobListParams ended =
        JobListParams.builder()
            .order(JobListOrder.TIME)
            .states(List.of(COMPLETED, RUNNING))
            .build();
    cursor = ListRules.cursorAt(Rows.running(7, "k"), ended);
    assertThat(ListRules.resolve(ended.after(cursor)).after())
        .isEqualTo(new JobListQuery.After(7, null));
  }

  @Test
  @RiverPoint(77)
  void nothingIsDeletedWithoutSayingWhich() {
    assertThat(refused(() -> DeleteRules.resolve(JobDeleteParams.builder().limit(5).build())))
        .hasMessageContaining("ids, kinds, priorities, queues or states")
        .hasMessageContaining("all()");
    assertThat(
            refused(
                () ->
                    DeleteRules.resolve(
                        JobDeleteParams.builder().all().kinds(List.of("a")).build())))
        .hasMessageContaining("all jobs");
    assertThat(DeleteRules.resolve(JobDeleteParams.builder().all().build()).max()).isEqualTo(100);
    List<JobDeleteParams> filtered =
        List.of(
            JobDeleteParams.builder().ids(List.of(1L)).build(),
            JobDeleteParams.builder().kinds(List.of("a")).build(),
            JobDeleteParams.builder().priorities(List.of(1)).build(),
            JobDeleteParams.builder().queues(List.of("q")).build(),
            JobDeleteParams.builder().states(List.of(RUNNING)).build());
    assertThat(filtered).allSatisfy(params -> assertThat(DeleteRules.resolve(params)).isNotNull());
  }

  private static JobListQuery resolve(JobListOrder order, JobState... states) {
    return ListRules.resolve(JobListParams.builder().order(order).states(List.of(states)).build());
  }

  private static RiverException refused(ThrowingCallable call) {
    var refused = catchThrowableOfType(RiverException.class, call);
    assertThat(refused.code()).isEqualTo(RiverError.PARAMS_INVALID);
    return refused;
  }
}
