package dev.gala.river.driver.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.JobCounted;
import dev.gala.river.driver.JobListQuery;
import dev.gala.river.driver.JobListQuery.After;
import dev.gala.river.driver.JobListQuery.Order;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.job.JobCount;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobTallyParams;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lists of jobs: filters, orders and pages. */
public abstract class ListConformance extends DriverConformance {
  /** For subclasses. */
  protected ListConformance() {}

  private List<Long> ids(JobListQuery query) {
    return executor().jobList(query).stream().map(JobRow::id).toList();
  }

  @Test
  void whenTheyWereInsertedNarrows() {
    long first = insertOne(Jobs.job());
    long second = insertOne(Jobs.job());
    Instant one = row(first).createdAt();
    Instant two = row(second).createdAt();

    assertThat(ids(Lists.created(null, null))).containsExactly(first, second);
    assertThat(ids(Lists.created(one, two.plusMillis(1)))).containsExactly(first, second);
    assertThat(ids(Lists.created(null, one))).isEmpty();
    assertThat(ids(Lists.created(two.plusMillis(1), null))).isEmpty();
    assertThat(ids(Lists.created(one, one.plusNanos(1_000))))
        .contains(first)
        .hasSize(one.equals(two) ? 2 : 1);
  }

  @Test
  void whatIsListedIsCountedInParts() {
    long first = insertOne(Jobs.of("a", 1, PAST));
    insertOne(Jobs.of("b", 1, PAST));
    long third = insertOne(Jobs.of("a", 1, PAST));
    long last = insertOne(Jobs.of("a", 1, PAST));
    JobListQuery query =
        Lists.filtered(List.of(), List.of("a"), List.of(), List.of(), Set.of(JobState.AVAILABLE));

    assertThat(executor().jobCountListed(query.after(0, 2))).isEqualTo(new JobCounted(2, third));
    assertThat(executor().jobCountListed(query.after(third, 2))).isEqualTo(new JobCounted(1, last));
    assertThat(executor().jobCountListed(query.after(last, 2))).isEqualTo(new JobCounted(0, 0));
    assertThat(executor().jobCountListed(query.after(first - 1, 9)).jobs()).isEqualTo(3);
    assertThat(executor().jobCountListed(Lists.labelled(List.of(), List.of(), "{\"a\":1}")))
        .isEqualTo(new JobCounted(0, 0));
  }

  @Test
  @RiverPoint(79)
  void everyFilterNarrows() {
    long first = insertOne(Jobs.of("a", 1, PAST));
    long second = insertOne(Jobs.of("b", 2, PAST));
    long third = insertOne(Jobs.inQueue("other"));
    long fourth = in(JobState.PENDING);

    assertThat(ids(Lists.filtered(List.of(), List.of(), List.of(), List.of(), Set.of())))
        .containsExactly(first, second, third, fourth);
    assertThat(
            ids(Lists.filtered(List.of(first, fourth), List.of(), List.of(), List.of(), Set.of())))
        .containsExactly(first, fourth);
    assertThat(ids(Lists.filtered(List.of(), List.of("a", "b"), List.of(), List.of(), Set.of())))
        .containsExactly(first, second);
    assertThat(ids(Lists.filtered(List.of(), List.of(), List.of(2, 3), List.of(), Set.of())))
        .containsExactly(second);
    assertThat(ids(Lists.filtered(List.of(), List.of(), List.of(), List.of("other"), Set.of())))
        .containsExactly(third);
    assertThat(
            ids(
                Lists.filtered(
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    Set.of(JobState.PENDING, JobState.RUNNING))))
        .containsExactly(fourth);
    assertThat(ids(Lists.filtered(List.of(), List.of("a"), List.of(2), List.of(), Set.of())))
        .isEmpty();
  }

  @Test
  @RiverPoint(79)
  void tagsAndMetadataNarrow() {
    long none = insertOne(Jobs.tagged("{}"));
    long one = insertOne(Jobs.tagged("{\"a\": 1, \"b\": {\"c\": 2}}", "red"));
    long both = insertOne(Jobs.tagged("{\"a\": 2}", "red", "blue"));

    assertThat(ids(Lists.labelled(List.of(), List.of(), null))).containsExactly(none, one, both);
    assertThat(ids(Lists.labelled(List.of("red", "blue"), List.of(), null))).containsExactly(both);
    assertThat(ids(Lists.labelled(List.of(), List.of("blue", "red"), null)))
        .containsExactly(one, both);
    assertThat(ids(Lists.labelled(List.of(), List.of(), "{\"b\": {\"c\": 2}}")))
        .containsExactly(one);
    assertThat(ids(Lists.labelled(List.of("red"), List.of(), "{\"a\": 2}"))).containsExactly(both);
  }

  @Test
  @RiverPoint(79)
  void everyPageOfEveryOrderYieldsEachRowOnce() {
    List<JobRow> rows = manyRows();

    for (Order order : Order.values()) {
      Comparator<JobRow> ascending =
          Comparator.comparing(
                  (JobRow row) -> time(order, row), Comparator.nullsLast(Comparator.naturalOrder()))
              .thenComparingLong(JobRow::id);
      for (boolean descending : List.of(false, true)) {
        List<JobRow> expected = new ArrayList<>(rows);
        expected.sort(descending ? Collections.reverseOrder(ascending) : ascending);

        assertThat(pages(order, descending, 7)).as("%s %s", order, descending).isEqualTo(expected);
      }
    }
  }

  private List<JobRow> pages(Order order, boolean descending, int size) {
    var rows = new ArrayList<JobRow>();
    List<JobRow> page = executor().jobList(Lists.ordered(order, descending, null, size));
    while (!page.isEmpty()) {
      assertThat(page).hasSizeLessThanOrEqualTo(size);
      rows.addAll(page);
      JobRow last = page.getLast();
      var after = new After(last.id(), time(order, last));
      page = executor().jobList(Lists.ordered(order, descending, after, size));
    }
    return rows;
  }

  private static @Nullable Instant time(Order order, JobRow row) {
    return switch (order) {
      case ATTEMPTED_AT -> row.attemptedAt();
      case FINALIZED_AT -> row.finalizedAt();
      case ID -> null;
      case SCHEDULED_AT -> row.scheduledAt();
    };
  }

  /** Rows with and without each time, many of them equal. */
  private List<JobRow> manyRows() {
    var jobs = new ArrayList<JobInsertParams>();
    for (int i = 0; i < 60; i++) {
      jobs.add(Jobs.of("kind", 1, PAST.plusSeconds(i * 7 % 5)));
    }
    insert(jobs);
    for (JobRow row : claimRows(20)) {
      executor()
          .jobSetStateIfRunning(
              List.of(
                  new JobSetStateParams(
                      row.attemptId(),
                      JobState.COMPLETED,
                      null,
                      null,
                      PAST.plusSeconds(row.id() % 3),
                      null,
                      null)),
              false);
    }
    claimRows(20);
    return Lists.all(executor());
  }

  @Test
  @RiverPoint(79)
  void tenThousandRowsArePagedThrough() {
    var jobs = new ArrayList<JobInsertParams>();
    for (int i = 0; i < 10_000; i++) {
      jobs.add(Jobs.of("kind", 1, PAST.plusSeconds(i % 100)));
    }
    executor().jobInsertBulk(jobs, Set.of());

    for (Order order : List.of(Order.ID, Order.SCHEDULED_AT, Order.FINALIZED_AT)) {
      for (boolean descending : List.of(false, true)) {
        assertThat(pages(order, descending, 1_000))
            .as("%s %s", order, descending)
            .hasSize(10_000)
            .extracting(JobRow::id)
            .doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void aTallyCountsByTextsInTheMetadata() {
    String versioned = "{\"topic\": \"a\", \"properties\": {\"v:\\\"1\": \"2\"}}";
    insert(
        Jobs.tagged("{\"topic\": \"a\"}"),
        Jobs.tagged("{\"topic\": \"a\"}"),
        Jobs.tagged(versioned),
        Jobs.tagged("{\"topic\": 7, \"properties\": null}"),
        Jobs.job(),
        Jobs.of("other", 1, PAST),
        Jobs.inQueue("other"));
    List<List<String>> paths = List.of(List.of("topic"), List.of("properties", "v:\"1"));

    assertThat(tally(paths, List.of("kind"), 100))
        .containsExactlyInAnyOrder(
            new JobCount(Arrays.asList("a", null), 2),
            new JobCount(List.of("a", "2"), 1),
            new JobCount(Arrays.asList("7", null), 1),
            new JobCount(Arrays.asList(null, null), 1))
        .first()
        .isEqualTo(new JobCount(Arrays.asList("a", null), 2));
    assertThat(tally(List.of(), List.of("kind", "other"), 100))
        .containsExactly(new JobCount(List.of(), 6));
    assertThat(tally(paths, List.of("nobody's"), 100)).isEmpty();
    assertThat(tally(paths, List.of(), 100)).isEmpty();
  }

  /** Of each queue and state by itself, and whatever the kind of those that are looked at. */
  @Test
  void aTallyLooksNoFurtherThanItsLimit() {
    insert(Jobs.of("other", 1, PAST), Jobs.job(), Jobs.job(), Jobs.of("kind", 4, PAST));
    in(JobState.PENDING);
    in(JobState.RUNNING);
    for (int limit = 1; limit <= 4; limit++) {
      assertThat(tally(List.of(), List.of("kind"), limit))
          .containsExactly(new JobCount(List.of(), limit));
    }
  }

  private List<JobCount> tally(List<List<String>> paths, List<String> kinds, int limit) {
    return executor()
        .jobTally(
            new JobTallyParams(
                paths,
                kinds,
                List.of("default", "nobody's"),
                Set.of(JobState.AVAILABLE, JobState.PENDING),
                limit));
  }
}
