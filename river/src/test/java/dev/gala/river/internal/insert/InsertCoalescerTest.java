package dev.gala.river.internal.insert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class InsertCoalescerTest {
  private static final JobType<String> KIND = TextJob.of("k");

  private final FakeDriver driver = new FakeDriver();
  private final List<String> woken = new CopyOnWriteArrayList<>();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final JobInserter inserter =
      new JobInserter(
          driver,
          new JobInserter.Config(
              25, Duration.ofHours(1), InstantSource.system(), null, List.of(), Map.of()),
          new Threads("gala"),
          woken::add);

  @AfterEach
  void close() {
    inserter.close();
    callers.close();
  }

  private InsertResult insert(String args, String queue) {
    var options = InsertOptions.builder().queue(queue).build();
    return inserter.insertMany(List.of(new JobInsert<>(KIND, args, options)), Tx.own()).getFirst();
  }

  private CompletableFuture<InsertResult> submit(int number) {
    return CompletableFuture.supplyAsync(() -> insert(args(number), "q"), callers);
  }

  private static String args(int number) {
    return "{\"n\":" + number + "}";
  }

  /** Fills both places, so that all others wait for a shared statement. */
  private List<CompletableFuture<InsertResult>> occupy(Gate gate) {
    var first = new ArrayList<CompletableFuture<InsertResult>>();
    for (int i = 0; i < InsertCoalescer.MOST_UNDER_WAY; i++) {
      first.add(submit(-1 - i));
      gate.awaitEntered();
    }
    return first;
  }

  private List<CompletableFuture<InsertResult>> submitAndAwaitWaiting(int count) {
    List<CompletableFuture<InsertResult>> all =
        IntStream.range(0, count).mapToObj(this::submit).toList();
    Await.until(count + " inserts to wait", () -> inserter.waiting() == count);
    return all;
  }

  private static void assertFails(Future<InsertResult> insert, RiverError code) {
    assertThatThrownBy(() -> ((CompletableFuture<InsertResult>) insert).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(RiverException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private void assertOwnRow(CompletableFuture<InsertResult> insert, int number) {
    JobRow row = insert.join().job();
    assertThat(row.args()).isEqualTo(args(number));
    assertThat(driver.row(row.id())).isEqualTo(row);
  }

  @Test
  void whoComesAloneGoesAlone() {
    for (int i = 0; i < 3; i++) {
      insert("{}", "q");
    }
    assertThat(driver.insertSizes()).containsExactly(1, 1, 1);
    assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
        .noneMatch(name -> name.startsWith("gala-insert"));
  }

  @Test
  void whoComesMeanwhileSharesAStatementAndGetsItsOwnRow() {
    Gate gate = driver.faults().block(Call.INSERT);
    List<CompletableFuture<InsertResult>> first = occupy(gate);
    List<CompletableFuture<InsertResult>> shared = submitAndAwaitWaiting(100);
    gate.open();
    for (int i = 0; i < first.size(); i++) {
      assertOwnRow(first.get(i), -1 - i);
    }
    for (int i = 0; i < shared.size(); i++) {
      assertOwnRow(shared.get(i), i);
    }
    // The shared one may overtake one of the first two.
    assertThat(driver.insertSizes()).containsExactlyInAnyOrder(1, 1, 100);
    // The first two, neither of them committed when the other began; not once more for the others.
    assertThat(driver.notified()).hasSize(2).containsOnly("{\"queue\": \"q\"}");
  }

  @Test
  void aStatementHoldsOnlySoManyRows() {
    Gate gate = driver.faults().block(Call.INSERT);
    List<CompletableFuture<InsertResult>> all = new ArrayList<>(occupy(gate));
    all.addAll(submitAndAwaitWaiting(InsertCoalescer.MOST_ROWS + 1));
    gate.open();
    all.forEach(CompletableFuture::join);
    assertThat(driver.insertSizes()).containsExactlyInAnyOrder(1, 1, InsertCoalescer.MOST_ROWS, 1);
  }

  @Test
  void aStatementHoldsOnlySoMuchText() {
    Gate gate = driver.faults().block(Call.INSERT);
    List<CompletableFuture<InsertResult>> all = new ArrayList<>(occupy(gate));
    String large = "{\"x\":\"" + "x".repeat(InsertCoalescer.MOST_CHARACTERS) + "\"}";
    for (int i = 0; i < 2; i++) {
      all.add(CompletableFuture.supplyAsync(() -> insert(large, "q"), callers));
    }
    Await.until("two inserts to wait", () -> inserter.waiting() == 2);
    gate.open();
    all.forEach(CompletableFuture::join);
    assertThat(driver.insertSizes()).containsExactly(1, 1, 1, 1);
  }

  @Test
  void aRefusedRowFailsAloneWhereverItIs() {
    for (int bad : List.of(0, 3, 6)) {
      Gate gate = driver.faults().block(Call.INSERT);
      List<CompletableFuture<InsertResult>> first = occupy(gate);
      List<CompletableFuture<InsertResult>> shared = submitAndAwaitWaiting(7);
      refuse(args(bad));
      gate.open();
      first.forEach(CompletableFuture::join);
      for (int i = 0; i < shared.size(); i++) {
        if (i == bad) {
          assertFails(shared.get(i), RiverError.ROW_REFUSED);
        } else {
          assertOwnRow(shared.get(i), i);
        }
      }
      driver.faults().heal(Call.INSERT);
    }
    assertThat(driver.rows()).hasSize(3 * (2 + 6));
  }

  private void refuse(String args) {
    driver
        .faults()
        .refuse(
            Call.INSERT,
            rows ->
                ((List<?>) rows)
                    .stream().anyMatch(row -> ((JobInsertParams) row).args().equals(args)),
            Faults::refused);
  }

  @Test
  void anUnknownOutcomeIsEverybodysWhoSharedIt() {
    Gate gate = driver.faults().block(Call.INSERT);
    List<CompletableFuture<InsertResult>> first = occupy(gate);
    List<CompletableFuture<InsertResult>> shared = submitAndAwaitWaiting(5);
    // For the statements that stand at the gate, too.
    driver.faults().failAfterDoing(Call.INSERT, 3);
    gate.open();
    first.forEach(insert -> assertFails(insert, RiverError.OUTCOME_UNKNOWN));
    shared.forEach(insert -> assertFails(insert, RiverError.OUTCOME_UNKNOWN));
    assertThat(driver.rows()).hasSize(7);
    assertThat(driver.faults().count(Call.INSERT)).isEqualTo(3);
  }

  @Test
  void otherFailuresAreEverybodysAndTheNextInsertsWork() {
    Gate gate = driver.faults().block(Call.INSERT);
    List<CompletableFuture<InsertResult>> first = occupy(gate);
    List<CompletableFuture<InsertResult>> shared = submitAndAwaitWaiting(5);
    driver.faults().fail(Call.INSERT, 3, Faults::away);
    gate.open();
    first.forEach(insert -> assertFails(insert, RiverError.DATABASE_UNAVAILABLE));
    shared.forEach(insert -> assertFails(insert, RiverError.DATABASE_UNAVAILABLE));
    assertThat(driver.rows()).isEmpty();
    assertOwnRow(submit(1), 1);
  }

  @Test
  void anErrorOfOursReachesEveryCallerAndEndsNoThread() {
    Gate gate = driver.faults().block(Call.INSERT);
    occupy(gate);
    List<CompletableFuture<InsertResult>> shared = submitAndAwaitWaiting(2);
    driver.faults().fail(Call.INSERT, 3, () -> new AssertionError("a defect"));
    gate.open();
    for (CompletableFuture<InsertResult> insert : shared) {
      assertThatThrownBy(insert::join).cause().hasMessageContaining("unexpectedly");
    }
    driver.faults().heal(Call.INSERT);
    Gate again = driver.faults().block(Call.INSERT);
    occupy(again);
    List<CompletableFuture<InsertResult>> next = submitAndAwaitWaiting(3);
    again.open();
    next.forEach(CompletableFuture::join);
  }

  @Test
  void anInterruptDoesNotHideThatTheRowIsThere() throws InterruptedException {
    Gate gate = driver.faults().block(Call.INSERT);
    occupy(gate);
    var result = new CompletableFuture<JobRow>();
    var stillInterrupted = new CompletableFuture<Boolean>();
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  result.complete(insert(args(1), "q").job());
                  stillInterrupted.complete(Thread.currentThread().isInterrupted());
                });
    Await.until("the insert to wait", () -> inserter.waiting() == 1);
    caller.interrupt();
    gate.open();
    assertThat(driver.row(result.join().id()).args()).isEqualTo(args(1));
    assertThat(stillInterrupted.join()).isTrue();
    caller.join();
  }

  @Test
  void batchesAndInsertsOnAConnectionDoNotWaitForOthers() {
    Gate gate = driver.faults().block(Call.INSERT);
    List<CompletableFuture<InsertResult>> first = occupy(gate);
    var two = List.of(job(), job());
    CompletableFuture<?> batch =
        CompletableFuture.runAsync(() -> inserter.insertMany(two, Tx.own()), callers);
    gate.awaitEntered();
    CompletableFuture<?> onConnection =
        CompletableFuture.runAsync(
            () -> inserter.insertMany(List.of(job()), Tx.on(driver.connect())), callers);
    gate.awaitEntered();
    gate.open();
    first.forEach(CompletableFuture::join);
    batch.join();
    onConnection.join();
    assertThat(driver.insertSizes()).containsExactlyInAnyOrder(1, 1, 2, 1);
  }

  private static JobInsert<String> job() {
    return new JobInsert<>(KIND, "{}", InsertOptions.defaults());
  }

  @Test
  void aCloseWaitsForInsertsUnderWayAndThoseThatWait() {
    Gate gate = driver.faults().block(Call.INSERT);
    List<CompletableFuture<InsertResult>> all = new ArrayList<>(occupy(gate));
    all.addAll(submitAndAwaitWaiting(3));
    CompletableFuture<?> closing = CompletableFuture.runAsync(inserter::close, callers);
    Await.until("inserts to be refused", this::isRefused);
    assertThat(closing).isNotDone();
    gate.open();
    closing.join();
    assertThat(driver.rows()).hasSize(5);
    all.forEach(CompletableFuture::join);
  }

  /** By an insert that is refused in any case, and never reaches the gate. */
  private boolean isRefused() {
    try {
      inserter.insertMany(List.of(), Tx.own());
      return false;
    } catch (RiverException e) {
      return e.code() == RiverError.CLIENT_STATE;
    }
  }

  @Test
  void manyCallersLoseNothing() {
    int count = 2_000;
    List<CompletableFuture<InsertResult>> all =
        IntStream.range(0, count).mapToObj(this::submit).toList();
    for (int i = 0; i < count; i++) {
      assertOwnRow(all.get(i), i);
    }
    assertThat(driver.rows()).hasSize(count);
    assertThat(driver.insertSizes().stream().mapToInt(size -> size).sum()).isEqualTo(count);
    assertThat(woken).containsOnly("q");
  }
}
