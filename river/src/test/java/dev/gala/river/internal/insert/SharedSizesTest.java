package dev.gala.river.internal.insert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.JobInserted;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How many rows share a statement while another is under way. */
@ExtendWith(Leftovers.class)
final class SharedSizesTest {
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Integer> sizes = new CopyOnWriteArrayList<>();
  private final Semaphore begun = new Semaphore(0);
  private final List<Gate> statements = new CopyOnWriteArrayList<>();
  private volatile boolean over;
  private @Nullable InsertCoalescer coalescer;

  @AfterEach
  void close() {
    over = true;
    statements.forEach(Gate::open);
    if (coalescer != null) {
      coalescer.close();
    }
    callers.close();
  }

  /** Each statement has a gate of its own. */
  private List<JobInserted> insert(List<JobInsertParams> rows) {
    var gate = new Gate();
    statements.add(gate);
    sizes.add(rows.size());
    if (over) {
      gate.open();
    }
    begun.release();
    gate.pass();
    return rows.stream().map(row -> new JobInserted(1, Instant.EPOCH)).toList();
  }

  private void submit(int count) {
    var row =
        new JobInsertParams(
            "{}", "k", 25, "{}", 1, "q", null, JobState.AVAILABLE, List.of(), null, 0);
    for (int i = 0; i < count; i++) {
      callers.execute(() -> coalescer.insert(row));
    }
  }

  private void awaitBegun() {
    Await.permits("a statement to begin", begun, 1);
  }

  /** One statement of eight rows, and nobody else. */
  private void eightUnderWay(Duration longestGathering) {
    coalescer =
        new InsertCoalescer(
            this::insert,
            new Threads("gala"),
            "insert",
            InsertCoalescer.LONGEST_WAIT,
            longestGathering);
    for (int i = 0; i < InsertCoalescer.MOST_UNDER_WAY; i++) {
      submit(1);
      awaitBegun();
    }
    submit(8);
    Await.until("eight to wait", () -> coalescer.waiting() == 8);
    statements.get(0).open();
    awaitBegun();
    statements.get(1).open();
    assertThat(sizes).containsExactly(1, 1, 8);
  }

  /** Else of eight callers seven would share every other statement, and one have the others. */
  @Test
  void aFewWaitForHalfAsManyAsAreUnderWay() {
    eightUnderWay(Duration.ofHours(1));
    submit(3);
    Await.until("three to wait", () -> coalescer.waiting() == 3);
    submit(1);
    awaitBegun();
    assertThat(sizes).containsExactly(1, 1, 8, 4);
  }

  @Test
  void aFewBeginWhenWhatWasUnderWayIsOver() {
    eightUnderWay(Duration.ofHours(1));
    submit(3);
    Await.until("three to wait", () -> coalescer.waiting() == 3);
    statements.get(2).open();
    awaitBegun();
    assertThat(sizes).containsExactly(1, 1, 8, 3);
  }

  /** What is under way may hang. */
  @Test
  void aFewDoNotWaitForMoreThanAMoment() {
    eightUnderWay(InsertCoalescer.LONGEST_GATHERING);
    submit(1);
    awaitBegun();
    assertThat(sizes).containsExactly(1, 1, 8, 1);
  }
}
