package dev.gala.river.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.internal.lifecycle.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class ReindexerTest {
  private static final Instant START = Instant.parse("2026-03-04T05:06:07Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final List<String> INDEXES = List.of("one", "two", "three");

  private final FakeDriver driver = new FakeDriver();
  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final List<Instant> asked = new CopyOnWriteArrayList<>();
  private Reindexer reindexer = reindexer(INDEXES, this::shortlyThenHourly);

  private Reindexer reindexer(List<String> indexes, UnaryOperator<Instant> schedule) {
    return new Reindexer(
        driver,
        new Threads("gala"),
        new Reindexer.Config(indexes, schedule, Duration.ofMinutes(1), now::get));
  }

  /** The first time is so near that nobody sleeps for long. */
  private Instant shortlyThenHourly(Instant after) {
    asked.add(after);
    return after.equals(START) ? START.plusMillis(1) : after.plus(HOUR);
  }

  private void startAtItsTime() {
    reindexer.start();
    now.set(START.plusMillis(1));
  }

  @BeforeEach
  void makeIndexes() {
    INDEXES.forEach(driver.maintenance()::addIndex);
  }

  @AfterEach
  void stop() {
    reindexer.stop();
  }

  private List<String> done() {
    return driver.maintenance().rebuilt();
  }

  @Test
  @RiverPoint(91)
  void atItsTimeItRebuildsOneIndexAfterTheOther() {
    startAtItsTime();
    driver.maintenance().awaitRebuilt(3);
    reindexer.stop();
    assertThat(done()).containsExactly("one", "two", "three");
    // The next time is reckoned from the one before, not from when it was done.
    assertThat(asked).containsExactly(START, START.plusMillis(1));
  }

  @Test
  void beforeItsTimeItDoesNothing() {
    reindexer = reindexer(INDEXES, after -> after.plus(HOUR));
    reindexer.start();
    reindexer.stop();
    assertThat(driver.faults().count(Call.INDEXES_EXIST)).isZero();
  }

  @Test
  void timesThatWereSleptThroughAreNotMadeUpFor() {
    reindexer.start();
    Instant late = START.plus(Duration.ofHours(10)).plusSeconds(1);
    now.set(late);
    driver.maintenance().awaitRebuilt(3);
    reindexer.stop();
    assertThat(asked).containsExactly(START, START.plusMillis(1), late);
    assertThat(done()).hasSize(3);
  }

  @Test
  @RiverPoint(91)
  void aMissingIndexIsToldOnceAndPassedOver(Logs logs) {
    logs.expect("there is no index absent to rebuild");
    reindexer = reindexer(List.of("absent", "two"), this::shortlyThenHourly);
    startAtItsTime();
    driver.maintenance().awaitRebuilt(1);
    reindexer.stop();
    now.set(START);
    startAtItsTime();
    driver.maintenance().awaitRebuilt(2);
    reindexer.stop();
    assertThat(done()).containsExactly("two", "two");
    assertThat(logs.count("there is no index absent")).isEqualTo(1);
  }

  /** An operator's choice, and nothing to warn of. */
  @Test
  @RiverPoint(91)
  void whatASchemaProfileDoesWithoutIsPassedOver(Logs logs) {
    logs.listenTo(Reindexer.class);
    reindexer =
        reindexer(
            List.of("river_job_args_index", "river_job_metadata_index", "two"),
            this::shortlyThenHourly);
    startAtItsTime();
    driver.maintenance().awaitRebuilt(1);
    reindexer.stop();
    assertThat(done()).containsExactly("two");
    assertThat(logs.countLesser("there is no index river_job_args_index to rebuild")).isEqualTo(1);
  }

  @Test
  @RiverPoint(91)
  void whereSomebodyBuildsItPassesOver(Logs logs) {
    logs.expect("index two is not rebuilt: [two_ccnew] is there");
    driver.maintenance().addArtifact("two", "two_ccnew");
    startAtItsTime();
    driver.maintenance().awaitRebuilt(2);
    reindexer.stop();
    assertThat(done()).containsExactly("one", "three");
    assertThat(driver.maintenance().indexArtifacts("two")).containsExactly("two_ccnew");
  }

  @Test
  @RiverPoint(91)
  void whatItLeavesItDropsAndGoesOn(Logs logs) {
    logs.expect("rebuilding index one failed: it took too long");
    driver.faults().fail(Call.REINDEX, 1, Faults::timedOut);
    startAtItsTime();
    driver.maintenance().awaitRebuilt(2);
    reindexer.stop();
    assertThat(done()).containsExactly("two", "three");
    assertThat(driver.maintenance().indexArtifacts("one")).isEmpty();
    assertThat(driver.faults().count(Call.DROP_ARTIFACTS)).isEqualTo(1);
  }

  @Test
  @RiverPoint(91)
  void aStopEndsTheRebuildAndDropsWhatItLeft(Logs logs) {
    logs.expect("rebuilding index one failed");
    Gate rebuilding = driver.faults().block(Call.REINDEX);
    startAtItsTime();
    rebuilding.awaitEntered();
    Thread stop = Thread.ofPlatform().name("test-stop").start(reindexer::stop);
    Await.end(stop);
    assertThat(done()).isEmpty();
    assertThat(driver.maintenance().indexArtifacts("one")).isEmpty();
  }

  /** As one does that comes just before the rebuild begins. */
  @Test
  void aStopAsksUntilTheRebuildEnds(Logs logs) {
    logs.expect("rebuilding index one failed");
    driver.maintenance().missCancels(2);
    Gate rebuilding = driver.faults().block(Call.REINDEX);
    startAtItsTime();
    rebuilding.awaitEntered();
    Thread stop = Thread.ofPlatform().name("test-stop").start(reindexer::stop);
    Await.end(stop);
    assertThat(done()).isEmpty();
  }

  @Test
  void aStopDropsNothingWhereNobodyAnswers(Logs logs) {
    logs.expect("rebuilding index one failed: no answer");
    driver.faults().fail(Call.REINDEX, 1, Faults::unknown);
    Gate rebuilding = driver.faults().block(Call.REINDEX);
    startAtItsTime();
    rebuilding.awaitEntered();
    Thread stop = Thread.ofPlatform().name("test-stop").start(reindexer::stop);
    Await.end(stop);
    assertThat(driver.faults().count(Call.DROP_ARTIFACTS)).isZero();
  }

  @Test
  void whatCannotBeDroppedIsTold(Logs logs) {
    logs.expect("rebuilding index one failed");
    logs.expect("could not be dropped");
    driver.faults().fail(Call.REINDEX, 1, Faults::timedOut);
    driver.faults().fail(Call.DROP_ARTIFACTS, 1, Faults::away);
    startAtItsTime();
    driver.maintenance().awaitRebuilt(2);
    reindexer.stop();
    assertThat(done()).containsExactly("two", "three");
  }

  @Test
  void whereTheDatabaseIsAwayItIsNotPutOffToTheNextTime(Logs logs) {
    logs.expect("reindexer: failed, trying again");
    driver.faults().fail(Call.INDEXES_EXIST, 2, Faults::away);
    startAtItsTime();
    driver.maintenance().awaitRebuilt(3);
    reindexer.stop();
    assertThat(done()).hasSize(3);
  }

  @Test
  void withoutIndexesItDoesNothing() {
    reindexer = reindexer(List.of(), this::shortlyThenHourly);
    startAtItsTime();
    reindexer.stop();
    assertThat(driver.faults().count(Call.INDEXES_EXIST)).isZero();
  }

  @Test
  void aScheduleThatMakesNoSenseIsAskedAgainInADay(Logs logs) {
    logs.expect("the reindex schedule gave");
    logs.expect("the reindex schedule failed");
    reindexer = reindexer(INDEXES, after -> after);
    reindexer.start();
    reindexer.stop();
    reindexer =
        reindexer(
            INDEXES,
            after -> {
              throw new IllegalStateException("no idea");
            });
    reindexer.start();
    reindexer.stop();
    assertThat(driver.faults().count(Call.INDEXES_EXIST)).isZero();
  }
}
