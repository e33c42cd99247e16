package dev.gala.river.internal.periodic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.insert.PeriodicInsert;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.worker.PeriodicArgs;
import dev.gala.river.worker.PeriodicJob;
import dev.gala.river.worker.PeriodicJobHandle;
import dev.gala.river.worker.PeriodicSchedule;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(Leftovers.class)
final class PeriodicRoundsTest {
  private static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");
  private static final PeriodicSchedule MINUTELY = PeriodicSchedule.every(Duration.ofMinutes(1));

  private final PeriodicDefinitions definitions = new PeriodicDefinitions(null);
  private final FakeInserts inserts = new FakeInserts();
  private PeriodicRounds rounds = rounds(Duration.ofHours(1));

  private PeriodicRounds rounds(Duration longestCall) {
    return new PeriodicRounds(
        definitions, new ArgsCalls(new Threads("gala"), longestCall), inserts);
  }

  private static Instant at(double seconds) {
    return BEGIN.plusNanos((long) (seconds * 1e9));
  }

  private static PeriodicJob<String> job(String kind, PeriodicSchedule schedule) {
    return PeriodicJob.of(TextJob.of(kind), schedule, () -> "{}");
  }

  private static PeriodicJob<String> minutely(String kind, PeriodicArgs<String> args) {
    return PeriodicJob.of(TextJob.of(kind), MINUTELY, args);
  }

  private void begin(PeriodicJob<?>... jobs) {
    definitions.add(List.of(jobs));
    rounds.begin(BEGIN);
  }

  private static RiverException away() {
    return Faults.away();
  }

  @Test
  @RiverPoint(92)
  void aJobIsInsertedWhenItsSlotComesAndTheNextIsCountedFromTheSlot() {
    begin(job("a", MINUTELY));

    assertThat(rounds.run(BEGIN)).isEqualTo(at(60));
    assertThat(rounds.run(at(59.999))).isEqualTo(at(60));
    assertThat(inserts.slots()).isEmpty();
    assertThat(rounds.run(at(63))).isEqualTo(at(120));
    assertThat(inserts.slots()).containsExactly(at(60));
    assertThat(rounds.run(at(63))).isEqualTo(at(120));
    assertThat(inserts.slots()).isEmpty();
  }

  @Test
  @RiverPoint(92)
  void whatRunsOnStartIsInsertedOnceInEveryTerm() {
    begin(job("a", PeriodicSchedule.never()).withRunOnStart(), job("b", MINUTELY).withRunOnStart());

    assertThat(rounds.run(at(1))).isEqualTo(at(60));
    assertThat(inserts.taken()).extracting(List::size).containsExactly(2);
    rounds.run(at(2));
    assertThat(inserts.slots()).isEmpty();

    rounds.begin(at(30));
    assertThat(rounds.run(at(30))).isEqualTo(at(90));
    assertThat(inserts.slots()).containsExactly(at(30), at(30));
  }

  @Test
  void whatWasDueBetweenTwoTermsIsNotMadeUpFor() {
    begin(job("a", PeriodicSchedule.aligned(Duration.ofMinutes(1))));
    rounds.run(at(60));
    assertThat(inserts.slots()).containsExactly(at(60));

    rounds.begin(at(3_601));
    assertThat(rounds.run(at(3_602))).isEqualTo(at(3_660));
    assertThat(inserts.slots()).isEmpty();
  }

  @Test
  @RiverPoint(92)
  void nullArgumentsLeaveTheSlotOut() {
    var asked = new ArrayList<Instant>();
    begin(
        minutely(
            "a",
            slot -> {
              asked.add(slot);
              return asked.size() % 2 == 0 ? "{}" : null;
            }));

    rounds.run(at(60));
    rounds.run(at(120));
    rounds.run(at(180));
    assertThat(asked).containsExactly(at(60), at(120), at(180));
    assertThat(inserts.slots()).containsExactly(at(120));
  }

  @Test
  void whatIsDueWithin100MillisecondsIsOneBatchWhenTheLastIsDue() {
    begin(
        job("a", MINUTELY),
        job("b", PeriodicSchedule.every(Duration.ofMillis(60_100))),
        job("c", PeriodicSchedule.every(Duration.ofMillis(60_101))));

    assertThat(rounds.run(BEGIN)).isEqualTo(at(60.1));
    assertThat(rounds.run(at(60.1))).isEqualTo(at(60.101));
    rounds.run(at(60.101));
    List<List<PeriodicInsert<?>>> batches = inserts.taken();
    assertThat(batches).hasSize(2);
    assertThat(batches.getFirst())
        .extracting(PeriodicInsert::slot)
        .containsExactly(at(60), at(60.1));
  }

  @Test
  void missedSlotsAreInsertedOneAfterAnother() {
    begin(job("a", MINUTELY), job("b", PeriodicSchedule.every(Duration.ofSeconds(90))));

    assertThat(rounds.run(at(200))).isEqualTo(at(240));
    assertThat(inserts.slots()).containsExactly(at(60), at(90), at(120), at(180), at(180));
  }

  @Test
  void ofVeryManyMissedSlotsTheNewestAreMadeUpFor(Logs logs) {
    begin(job("a", MINUTELY).withId("a_job"));

    logs.expect("150 slots from " + at(60) + " on are given up");
    assertThat(rounds.run(at(250 * 60))).isEqualTo(at(251 * 60));
    assertThat(inserts.slots())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(151, 250).mapToObj(i -> at(i * 60)).toList());
    assertThat(logs.count("are given up")).isEqualTo(1);
  }

  @Test
  void whereTheClockLeapsByYearsTheRowBeginsAnew(Logs logs) {
    begin(job("a", PeriodicSchedule.every(Duration.ofSeconds(1))), job("b", MINUTELY));
    Instant later = BEGIN.plus(Duration.ofDays(3_650));

    logs.expect("over 10000 slots since");
    assertThat(rounds.run(later)).isEqualTo(later.plusSeconds(1));
    assertThat(inserts.slots()).isEmpty();
    rounds.run(later.plusSeconds(1));
    assertThat(inserts.kinds()).containsExactly("a");
  }

  @Test
  void aClockSetBackInsertsNothingTwice() {
    begin(job("a", MINUTELY));
    rounds.run(at(60));
    rounds.run(at(-3_600));
    assertThat(rounds.run(at(60))).isEqualTo(at(120));
    assertThat(inserts.slots()).containsExactly(at(60));
  }

  @Test
  void whereTheDatabaseIsAwayNothingIsLost() {
    begin(job("a", MINUTELY), job("b", MINUTELY).withRunOnStart());
    inserts.refuse(insert -> true, PeriodicRoundsTest::away);
    for (int minute = 0; minute <= 5; minute++) {
      Instant now = at(minute * 60);
      assertThatThrownBy(() -> rounds.run(now)).isInstanceOf(RiverException.class);
    }
    inserts.heal();
    assertThat(rounds.run(at(301))).isEqualTo(at(360));
    assertThat(inserts.taken()).extracting(List::size).containsExactly(11);
  }

  @Test
  void aCommitWithoutAnAnswerIsTriedAgain() {
    begin(job("a", MINUTELY));
    inserts.refuse(insert -> true, Faults::unknown);
    assertThatThrownBy(() -> rounds.run(at(60))).isInstanceOf(RiverException.class);
    inserts.heal();
    rounds.run(at(61));
    assertThat(inserts.slots()).containsExactly(at(60));
  }

  @Test
  void aJobThatIsRefusedHarmsNoOther(Logs logs) {
    begin(job("a", MINUTELY), job("bad", MINUTELY), job("c", MINUTELY));
    inserts.refuse(insert -> insert.insert().type().kind().equals("bad"), Faults::refused);

    logs.expect("\"bad\": not inserted for " + at(60));
    Instant again = rounds.run(at(60));
    assertThat(again).isAfter(at(60)).isBefore(at(62));
    assertThat(inserts.kinds()).containsExactly("a", "c");

    inserts.heal();
    assertThat(rounds.run(again)).isEqualTo(at(120));
    List<List<PeriodicInsert<?>>> batches = inserts.taken();
    assertThat(batches).extracting(List::size).containsExactly(1);
    assertThat(batches.getFirst().getFirst().slot()).isEqualTo(at(60));
  }

  /** Such as a unique key that somebody's open transaction holds. */
  @ParameterizedTest
  @EnumSource(
      value = RiverError.class,
      names = {"ROW_LOCKED", "TIMED_OUT"})
  void oneThatMeetsALockWaitsAloneAndKeepsItsSlots(RiverError code, Logs logs) {
    begin(job("a", MINUTELY), job("held", MINUTELY), job("c", MINUTELY));
    inserts.refuse(of("held"), () -> new RiverException(code, "held", null, true));

    logs.expect("\"held\": held up for " + at(60));
    Instant now = rounds.run(at(60));
    assertThat(now).isAfter(at(60)).isBefore(at(62));
    assertThat(inserts.kinds()).containsExactly("a", "c");
    while (now.isBefore(at(300))) {
      now = rounds.run(now);
    }
    // The others go on, and together: nothing of theirs is tried with it again.
    assertThat(inserts.taken())
        .allSatisfy(batch -> assertThat(batch).hasSize(2))
        .hasSizeGreaterThan(2);

    inserts.heal();
    rounds.run(at(400));
    assertThat(inserts.taken().stream().flatMap(List::stream).filter(of("held")))
        .extracting(PeriodicInsert::slot)
        .containsExactly(at(60), at(120), at(180), at(240), at(300), at(360));
  }

  /** Each costs its timeout: a table that is locked must not be asked for each of them. */
  @Test
  void whereEverythingMeetsALockAFewAreTried(Logs logs) {
    List<PeriodicJob<String>> many = Stream.generate(() -> job("a", MINUTELY)).limit(50).toList();
    definitions.add(many);
    rounds.begin(BEGIN);
    var asked = new AtomicInteger();
    inserts.refuse(
        insert -> true,
        () -> {
          asked.incrementAndGet();
          return new RiverException(RiverError.ROW_LOCKED, "held", null, true);
        });
    logs.expect("held up for " + at(60));

    assertThatThrownBy(() -> rounds.run(at(60))).hasMessage("held");

    assertThat(asked).hasValueLessThan(10);
    inserts.heal();
    rounds.run(at(65));
    assertThat(inserts.slots()).hasSize(50).containsOnly(at(60));
  }

  private static Predicate<PeriodicInsert<?>> of(String kind) {
    return insert -> insert.insert().type().kind().equals(kind);
  }

  @Test
  void aJobThatIsRefusedIsGivenUpWhenItsNextSlotComes(Logs logs) {
    begin(job("bad", MINUTELY));
    inserts.refuse(insert -> insert.slot().equals(at(60)), Faults::refused);

    logs.expect("not inserted for");
    Instant now = BEGIN;
    while (now.isBefore(at(119))) {
      now = rounds.run(now);
    }
    assertThat(logs.count("not inserted for " + at(60))).isBetween(4L, 8L);
    assertThat(inserts.slots()).isEmpty();

    logs.expect("given up for " + at(60));
    now = now.isBefore(at(120)) ? at(120) : now;
    rounds.run(now);
    assertThat(inserts.slots()).containsExactly(at(120));
  }

  @Test
  void aSlotIsOnTimeThoughTheOneBeforeFailed(Logs logs) {
    begin(job("bad", MINUTELY));
    inserts.refuse(insert -> true, Faults::refused);
    logs.expect("not inserted for");
    logs.expect("given up for");
    // The pauses have grown to a minute by then.
    Instant now = BEGIN;
    while (now.isBefore(at(600))) {
      now = rounds.run(now);
    }
    assertThat(now).isEqualTo(at(600));
    inserts.heal();
    rounds.run(now);
    assertThat(inserts.slots()).containsExactly(at(600));
  }

  @Test
  void ofABacklogThatFailsEverySlotIsTriedOnce(Logs logs) {
    begin(job("bad", MINUTELY));
    inserts.refuse(insert -> insert.slot().isBefore(at(600)), Faults::refused);
    logs.expect("not inserted for");
    logs.expect("given up for");
    Instant now = at(601);
    int rounds = 0;
    while (this.rounds.run(now).isBefore(at(602))) {
      rounds++;
    }
    assertThat(rounds).isEqualTo(9);
    assertThat(logs.count("given up for")).isEqualTo(9);
    assertThat(inserts.slots()).containsExactly(at(600));
  }

  @Test
  void laterSlotsOfADefinitionWaitBehindOneThatIsTriedAgain(Logs logs) {
    var failing = new AtomicInteger(1);
    begin(
        minutely(
            "a",
            slot -> {
              if (slot.equals(at(120)) && failing.getAndDecrement() > 0) {
                throw new IllegalStateException("not now");
              }
              return "{}";
            }));

    logs.expect("not inserted for " + at(120));
    logs.expect("given up for " + at(120));
    rounds.run(at(180));
    assertThat(inserts.slots()).containsExactly(at(60));
    rounds.run(at(185));
    assertThat(inserts.slots()).containsExactly(at(180));
  }

  @Test
  void argumentsThatFailHarmOnlyTheirOwnDefinition(Logs logs) {
    begin(
        job("a", MINUTELY),
        minutely(
            "bad",
            slot -> {
              throw new IOException("no file");
            }),
        minutely(
            "worse",
            slot -> {
              throw new AssertionError("never");
            }));

    logs.expect("\"bad\": not inserted");
    logs.expect("\"worse\": not inserted");
    rounds.run(at(60));
    assertThat(inserts.kinds()).containsExactly("a");
    assertThat(logs.count("no file")).isEqualTo(1);
  }

  @Test
  void argumentsThatNeverComeHarmOnlyTheirOwnDefinition(Logs logs) {
    var forever = new CountDownLatch(1);
    rounds = rounds(Duration.ofSeconds(2));
    begin(minutely("bad", slot -> untilOpen(forever)), job("b", MINUTELY));

    logs.expect("\"bad\": not inserted");
    Instant again = rounds.run(at(60));
    assertThat(inserts.kinds()).containsExactly("b");
    assertThat(logs.count("no answer within")).isEqualTo(1);
    rounds.run(again);
    assertThat(logs.count("an earlier call has not ended")).isEqualTo(1);

    logs.expect("given up");
    forever.countDown();
    var now = new AtomicReference<>(at(120));
    Await.until(
        "the hanging call to end",
        () -> {
          now.updateAndGet(rounds::run);
          return inserts.kinds().contains("bad");
        });
  }

  @Test
  void aCallThatNeverEndsIsNotMadeAgainInTheNextTerm(Logs logs) {
    var forever = new CountDownLatch(1);
    var asked = new AtomicInteger();
    rounds = rounds(Duration.ofMillis(10));
    begin(
        minutely(
            "bad",
            slot -> {
              asked.incrementAndGet();
              return untilOpen(forever);
            }));
    logs.expect("\"bad\": not inserted");
    rounds.run(at(60));
    Await.until("the call", () -> asked.get() == 1);
    rounds.begin(at(61));
    rounds.run(at(121));

    assertThat(logs.count("an earlier call has not ended")).isEqualTo(1);
    assertThat(asked).hasValue(1);
    forever.countDown();
  }

  /** Told to end, it does not. */
  private static String untilOpen(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return "{}";
      } catch (InterruptedException e) {
        assertThat(latch.getCount()).isNotNegative();
      }
    }
  }

  @Test
  void aStopEndsTheCallsUnderWayAndPassesNothing() throws InterruptedException {
    var asked = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    var patient = new ArgsCalls(new Threads("gala"), Duration.ofHours(1));
    var slow = new PeriodicRounds(definitions, patient, inserts);
    definitions.add(
        List.of(
            minutely(
                "a",
                slot -> {
                  asked.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } finally {
                    interrupted.countDown();
                  }
                  return "{}";
                })));
    slow.begin(BEGIN);
    Thread loop = Thread.ofVirtual().start(() -> slow.run(at(60)));
    Await.latch("the call", asked);
    patient.stop();
    loop.join();
    Await.latch("the interrupt", interrupted);
    assertThat(inserts.slots()).isEmpty();
  }

  @Test
  void aScheduleThatFailsHarmsOnlyItsOwnDefinition(Logs logs) {
    var healed = new AtomicInteger();
    PeriodicSchedule failing =
        after -> {
          if (healed.get() == 0) {
            throw new IllegalStateException("no calendar");
          }
          return MINUTELY.next(after);
        };
    logs.expect("its schedule failed");
    begin(
        job("a", MINUTELY),
        job("bad", failing),
        job("stuck", after -> after),
        job("no", after -> null));

    for (Instant now = BEGIN; now.isBefore(at(60)); ) {
      now = rounds.run(now);
    }
    healed.set(1);
    Instant now = BEGIN.plusSeconds(60);
    // The pause that was under way when it healed may last a minute, by chance.
    while (now.isBefore(at(200))) {
      now = rounds.run(now);
    }
    assertThat(inserts.kinds()).contains("a", "bad").doesNotContain("stuck", "no");
    assertThat(logs.count("it must move on")).isPositive();
    assertThat(logs.count("kind \"no\": its schedule failed")).isPositive();
  }

  @Test
  @RiverPoint(92)
  void whatIsRemovedIsInsertedNoMore() {
    List<PeriodicJobHandle> handles =
        definitions.add(
            List.of(job("a", MINUTELY).withId("one"), job("b", MINUTELY), job("c", MINUTELY)));
    rounds.begin(BEGIN);

    assertThat(definitions.removeById("one")).isTrue();
    assertThat(definitions.remove(handles.get(1))).isTrue();
    rounds.run(at(60));
    assertThat(inserts.kinds()).containsExactly("c");

    definitions.clear();
    assertThat(rounds.run(at(120))).isEqualTo(PeriodicSchedule.NEVER);
    assertThat(inserts.kinds()).isEmpty();
  }

  @Test
  void whatIsAddedInATermBeginsThen() {
    begin();
    assertThat(rounds.run(BEGIN)).isEqualTo(PeriodicSchedule.NEVER);
    definitions.add(List.of(job("a", MINUTELY).withRunOnStart()));

    assertThat(rounds.run(at(30))).isEqualTo(at(90));
    assertThat(inserts.slots()).containsExactly(at(30));
  }

  @Test
  void aStatementHoldsAThousandJobs() {
    List<PeriodicJob<String>> many =
        Stream.generate(() -> job("a", MINUTELY)).limit(1_500).toList();
    definitions.add(many);
    rounds.begin(BEGIN);

    assertThat(rounds.run(at(60))).isEqualTo(at(60));
    assertThat(rounds.run(at(60))).isEqualTo(at(120));
    assertThat(inserts.taken()).extracting(List::size).containsExactly(1_000, 500);
  }

  @Test
  void anErrorThatIsNotTheJobsIsNotHeldAgainstIt() {
    begin(job("a", MINUTELY));
    inserts.refuse(
        insert -> true, () -> new RiverException(RiverError.DATABASE, "permission denied"));
    assertThatThrownBy(() -> rounds.run(at(60))).hasMessage("permission denied");
    inserts.heal();
    rounds.run(at(60));
    assertThat(inserts.slots()).containsExactly(at(60));
  }
}
