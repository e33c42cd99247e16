package dev.gala.river.internal.insert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gala.river.driver.JobInserted;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of those who share a statement when something is wrong with it. */
@ExtendWith(Leftovers.class)
final class SharedFailureTest {
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final Gate gate = new Gate();
  private final List<List<String>> statements = new CopyOnWriteArrayList<>();
  private int most = Integer.MAX_VALUE;
  private @Nullable InsertCoalescer coalescer;

  @AfterEach
  void close() {
    if (coalescer != null) {
      coalescer.close();
    }
    callers.close();
  }

  /** A coalescer whose both places are taken until the gate opens. */
  private List<CompletableFuture<JobInserted>> occupied(
      Duration longestWait, Function<List<String>, @Nullable RiverException> failure) {
    coalescer =
        new InsertCoalescer(
            new InsertCoalescer.Statement() {
              @Override
              public List<JobInserted> insert(List<JobInsertParams> rows) {
                return SharedFailureTest.this.insert(rows, failure);
              }

              @Override
              public int most(JobInsertParams row) {
                return most;
              }
            },
            new Threads("gala"),
            "insert",
            longestWait,
            InsertCoalescer.LONGEST_GATHERING);
    var first = new ArrayList<CompletableFuture<JobInserted>>();
    for (int i = 0; i < InsertCoalescer.MOST_UNDER_WAY; i++) {
      first.add(submit("held"));
      gate.awaitEntered();
    }
    return first;
  }

  private List<JobInserted> insert(
      List<JobInsertParams> rows, Function<List<String>, @Nullable RiverException> failure) {
    List<String> args = rows.stream().map(JobInsertParams::args).toList();
    if (args.contains("held")) {
      gate.pass();
    } else {
      statements.add(args);
      RiverException thrown = failure.apply(args);
      if (thrown != null) {
        throw thrown;
      }
    }
    return args.stream().map(each -> new JobInserted(1, Instant.EPOCH)).toList();
  }

  private CompletableFuture<JobInserted> submit(String args) {
    var row =
        new JobInsertParams(
            args, "k", 25, "{}", 1, "q", null, JobState.AVAILABLE, List.of(), null, 0);
    return CompletableFuture.supplyAsync(() -> coalescer.insert(row), callers);
  }

  /** In this order, whatever order their threads come in. */
  private List<CompletableFuture<JobInserted>> waiting(String... args) {
    var all = new ArrayList<CompletableFuture<JobInserted>>();
    for (String each : args) {
      all.add(submit(each));
      Await.until("the insert to wait", () -> coalescer.waiting() == all.size());
    }
    return all;
  }

  private static RiverException failed(CompletableFuture<JobInserted> insert) {
    Throwable cause = catchThrowableOfType(CompletionException.class, insert::join).getCause();
    return (RiverException) cause;
  }

  private static RiverException raised() {
    return new RiverException(RiverError.DATABASE, "SQLSTATE 42501: not this one");
  }

  @Test
  void noMoreShareAStatementThanItMayHold() {
    most = 2;
    occupied(Duration.ofHours(1), args -> null);
    var shared = waiting("a", "b", "c", "d", "e");
    gate.open();
    shared.forEach(CompletableFuture::join);
    assertThat(statements)
        .containsExactlyInAnyOrder(List.of("a", "b"), List.of("c", "d"), List.of("e"));
  }

  @Test
  void aRowThatATriggerRefusesFailsAlone() {
    occupied(Duration.ofHours(1), args -> args.contains("bad") ? raised() : null);
    var shared = waiting("a", "b", "bad", "c", "d");
    gate.open();
    assertThat(failed(shared.get(2))).hasMessage("SQLSTATE 42501: not this one");
    IntStream.of(0, 1, 3, 4).forEach(i -> assertThat(shared.get(i).join().id()).isEqualTo(1));
    assertThat(statements)
        .containsExactly(
            List.of("a", "b", "bad", "c", "d"),
            List.of("a", "b"),
            List.of("bad", "c", "d"),
            List.of("bad"),
            List.of("c", "d"));
  }

  @Test
  void soDoesOneWhoseTriggerMissesATable() {
    occupied(
        Duration.ofHours(1),
        args ->
            args.contains("bad")
                ? new RiverException(RiverError.SCHEMA_OUTDATED, "no such table")
                : null);
    var shared = waiting("a", "bad");
    gate.open();
    assertThat(failed(shared.get(1))).hasMessage("no such table");
    assertThat(shared.get(0).join().id()).isEqualTo(1);
  }

  @Test
  void whatPassesByItselfIsNotLookedForInTheRows() {
    occupied(
        Duration.ofHours(1),
        args -> new RiverException(RiverError.DATABASE, "deadlock", null, true));
    var shared = waiting("a", "b");
    gate.open();
    shared.forEach(insert -> assertThat(failed(insert).isTransient()).isTrue());
    assertThat(statements).containsExactly(List.of("a", "b"));
  }

  @Test
  void nothingMoreIsTriedOnceTheDatabaseIsAway() {
    occupied(
        Duration.ofHours(1),
        args ->
            switch (args.size()) {
              case 4 -> Faults.refused();
              default -> Faults.unknown();
            });
    var shared = waiting("a", "b", "c", "d");
    gate.open();
    for (int i = 0; i < 2; i++) {
      RiverException unknown = failed(shared.get(i));
      assertThat(unknown.code()).isEqualTo(RiverError.OUTCOME_UNKNOWN);
      assertThat(unknown.isTransient()).isFalse();
    }
    for (int i = 2; i < 4; i++) {
      RiverException leftOut = failed(shared.get(i));
      assertThat(leftOut.code()).isEqualTo(RiverError.DATABASE_UNAVAILABLE);
      assertThat(leftOut.isTransient()).isTrue();
      assertThat(leftOut).hasMessageContaining("not begun");
    }
    assertThat(statements).containsExactly(List.of("a", "b", "c", "d"), List.of("a", "b"));
  }

  @Test
  void whoWaitsTooLongIsToldAndNeverInserted() {
    var first = occupied(Duration.ofMillis(200), args -> null);
    RiverException refused = failed(submit("late"));
    assertThat(refused.code()).isEqualTo(RiverError.DATABASE_UNAVAILABLE);
    assertThat(refused.isTransient()).isTrue();
    assertThat(refused).hasMessageContaining("not begun");
    assertThat(coalescer.waiting()).isZero();
    gate.open();
    first.forEach(CompletableFuture::join);
    // It is refused too as long as what was held is not quite over, and never inserted then.
    Await.until(
        "the next to be inserted",
        () -> submit("next").handle((done, failure) -> failure == null).join());
    assertThat(statements).containsExactly(List.of("next"));
  }

  @Test
  void theThreadsEndThoughTheLastThatWaitedWasRefusedAfterTheClose() {
    var first = occupied(Duration.ofMillis(500), args -> null);
    var late = submit("late");
    Await.until("the insert to wait", () -> coalescer.waiting() == 1 || late.isDone());
    coalescer.close();
    assertThat(failed(late)).hasMessageContaining("not begun");
    gate.open();
    first.forEach(CompletableFuture::join);
    Await.until(
        "the threads to end",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("gala-insert")));
  }
}
