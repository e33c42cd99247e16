package dev.gala.river.internal.insert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.Durability;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.job.UniqueOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Inserts that take less durability: what they share, and what they may be part of. */
@ExtendWith(Leftovers.class)
final class RelaxedInsertTest {
  private static final JobType<String> KIND = TextJob.of("k");

  private final FakeDriver driver = new FakeDriver();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final JobInserter inserter = inserter(DirectWork.NONE);

  private JobInserter inserter(DirectWork direct) {
    var config =
        new JobInserter.Config(
            25, Duration.ofHours(1), InstantSource.system(), null, List.of(), Map.of());
    return new JobInserter(driver, config, new Threads("gala"), direct, queue -> {});
  }

  @AfterEach
  void close() {
    inserter.close();
    callers.close();
  }

  private static InsertOptions.Builder relaxed() {
    return InsertOptions.builder().durability(Durability.RELAXED);
  }

  private static JobInsert<String> job(String args, Durability durability) {
    return new JobInsert<>(KIND, args, InsertOptions.builder().durability(durability).build());
  }

  private CompletableFuture<InsertResult> submit(int number, Durability durability) {
    return CompletableFuture.supplyAsync(
        () -> inserter.insertMany(List.of(job(args(number), durability)), Tx.own()).getFirst(),
        callers);
  }

  private static String args(int number) {
    return "{\"n\":" + number + "}";
  }

  /** Fills the places of a durability. */
  private List<CompletableFuture<InsertResult>> occupy(Gate gate, Durability durability) {
    var first = new ArrayList<CompletableFuture<InsertResult>>();
    for (int i = 0; i < InsertCoalescer.MOST_UNDER_WAY; i++) {
      first.add(submit(-1 - i, durability));
      gate.awaitEntered();
    }
    return first;
  }

  /** Rows with these numbers, which wait, in this order. */
  private List<CompletableFuture<InsertResult>> waiting(Durability durability, int... numbers) {
    int before = inserter.waiting();
    var all = new ArrayList<CompletableFuture<InsertResult>>();
    for (int number : numbers) {
      all.add(submit(number, durability));
      Await.until("the insert to wait", () -> inserter.waiting() == before + all.size());
    }
    return all;
  }

  private static RiverException failure(CompletableFuture<InsertResult> insert) {
    return (RiverException)
        catchThrowableOfType(CompletionException.class, insert::join).getCause();
  }

  private void refuse(Predicate<String> args) {
    driver
        .faults()
        .refuse(
            Call.INSERT,
            rows -> ((List<?>) rows).stream().anyMatch(row -> args.test(argsOf(row))),
            Faults::refused);
  }

  private static String argsOf(Object row) {
    return ((JobInsertParams) row).args();
  }

  @Test
  void onlyThoseOfOneDurabilityShareAStatementAndNeitherWaitsForTheOther() {
    Gate gate = driver.faults().block(Call.INSERT);
    var all = new ArrayList<>(occupy(gate, Durability.FULL));
    all.addAll(waiting(Durability.FULL, 1, 2, 3, 4));
    // They begin although every place of the others is taken, and others wait.
    all.addAll(occupy(gate, Durability.RELAXED));
    List<CompletableFuture<InsertResult>> shared = waiting(Durability.RELAXED, 5, 6, 7);
    all.addAll(waiting(Durability.FULL, 8));
    all.addAll(shared);
    gate.open();
    all.forEach(CompletableFuture::join);
    assertThat(driver.insertSizes()).containsExactlyInAnyOrder(1, 1, 5, 1, 1, 3);
    assertThat(driver.relaxedSizes()).containsExactlyInAnyOrder(1, 1, 3);
    assertThat(shared.stream().map(insert -> insert.join().job().id())).isSorted();
    assertThat(shared.stream().map(insert -> insert.join().job().args()))
        .containsExactly(args(5), args(6), args(7));
  }

  @Test
  void aRefusedRowFailsAloneAmongItsLike() {
    Gate gate = driver.faults().block(Call.INSERT);
    occupy(gate, Durability.FULL);
    occupy(gate, Durability.RELAXED);
    List<CompletableFuture<InsertResult>> full = waiting(Durability.FULL, 1, 2);
    List<CompletableFuture<InsertResult>> shared = waiting(Durability.RELAXED, 3, 4, 5, 6);
    refuse(args(4)::equals);
    gate.open();
    full.forEach(CompletableFuture::join);
    assertThat(failure(shared.get(1)).code()).isEqualTo(RiverError.ROW_REFUSED);
    for (int i : List.of(0, 2, 3)) {
      JobRow row = shared.get(i).join().job();
      assertThat(driver.row(row.id())).isEqualTo(row);
    }
    // The two halves, and the good one of the bad half; the first two are alone.
    assertThat(driver.relaxedSizes()).containsExactlyInAnyOrder(1, 1, 1, 2);
  }

  @Test
  void anUnknownOutcomeIsUnknownWhateverTheDurability() {
    driver.faults().failAfterDoing(Call.INSERT, 1);
    RiverException unknown = failure(submit(1, Durability.RELAXED));
    assertThat(unknown.code()).isEqualTo(RiverError.OUTCOME_UNKNOWN);
    assertThat(unknown.isTransient()).isFalse();
    assertThat(driver.rows()).hasSize(1);
  }

  @Test
  void jobsInsertedTogetherHaveWhatOneOfThemAsksFor() {
    var less = job("{}", Durability.RELAXED);
    var more = job("{}", Durability.FULL);
    inserter.insertMany(List.of(less, less), Tx.own());
    inserter.insertBulk(List.of(less, less, less), Tx.own());
    assertThat(driver.relaxedSizes()).containsExactly(2, 3);
    inserter.insertMany(List.of(less, more, less), Tx.own());
    inserter.insertBulk(List.of(less, more), Tx.own());
    inserter.insertMany(List.of(more), Tx.own());
    assertThat(driver.relaxedSizes()).containsExactly(2, 3);
  }

  @Test
  void uniqueAndScheduledJobsMayBeRelaxedToo() {
    var unique = relaxed().unique(UniqueOptions.builder().byArgs().build()).build();
    var later = relaxed().scheduledAt(Instant.EPOCH).build();
    var insert = new JobInsert<>(KIND, "{}", unique);
    assertThat(inserter.insertMany(List.of(insert), Tx.own()).getFirst().skippedAsDuplicate())
        .isFalse();
    assertThat(inserter.insertMany(List.of(insert), Tx.own()).getFirst().skippedAsDuplicate())
        .isTrue();
    InsertResult scheduled =
        inserter.insertMany(List.of(new JobInsert<>(KIND, "{}", later)), Tx.own()).getFirst();
    assertThat(scheduled.job().state()).isEqualTo(JobState.SCHEDULED);
    assertThat(driver.relaxedSizes()).containsExactly(1, 1, 1);
  }

  @Test
  void aJobThatBeginsAtOnceIsInsertedAsItAsks() {
    var begun = new ArrayList<JobRow>();
    JobInserter direct = inserter(everythingBegins(begun));
    for (Durability durability : List.of(Durability.RELAXED, Durability.FULL)) {
      JobRow row = direct.insertMany(List.of(job("{}", durability)), Tx.own()).getFirst().job();
      assertThat(row.state()).isEqualTo(JobState.RUNNING);
      assertThat(begun).contains(row);
    }
    assertThat(driver.relaxedSizes()).containsExactly(1);
    direct.close();
  }

  private static DirectWork everythingBegins(List<JobRow> begun) {
    return new DirectWork() {
      @Override
      public String clientId() {
        return "me";
      }

      @Override
      public Place reserve(List<JobInsertParams> rows) {
        return new Place() {
          @Override
          public void inserted(List<JobRow> inserted) {
            begun.addAll(inserted);
          }

          @Override
          public void failed(Throwable failure) {
            throw new AssertionError(failure);
          }
        };
      }
    };
  }

  @Test
  void inACallersTransactionItIsRefusedWithWhatToDo() {
    Tx tx = Tx.on(driver.connect());
    var less = job("{}", Durability.RELAXED);
    var more = job("{}", Durability.FULL);
    for (List<JobInsert<String>> jobs : List.of(List.of(less), List.of(more, less))) {
      assertThatThrownBy(() -> inserter.insertMany(jobs, tx))
          .isInstanceOfSatisfying(
              RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.INSERT_INVALID))
          .hasMessageContaining("RELAXED")
          .hasMessageContaining("set local synchronous_commit = off");
      assertThatThrownBy(() -> inserter.insertBulk(jobs, tx)).hasMessageContaining("RELAXED");
    }
    assertThat(driver.faults().count(Call.INSERT)).isZero();
    inserter.insertMany(List.of(more), tx);
  }

  @Test
  void isGivenWithEachInsertAndNotWithAKind() {
    InsertOptions options = relaxed().build();
    assertThatThrownBy(() -> KIND.withOptions(options))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID))
        .hasMessageContaining("durability");
    assertThat(InsertOptions.defaults().durability()).isEqualTo(Durability.FULL);
  }
}
