package dev.gala.river.internal.produce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.ClaimStart;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.Rows;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class LookBackTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final AtomicLong now = new AtomicLong();
  private final Semaphore turn = new Semaphore(1);
  private final Semaphore over = new Semaphore(0);
  private final ClaimBound bound = new ClaimBound(0);
  private long id;

  private LookBack lookBack(Predicate<List<ClaimStart>> before) {
    return lookBack(before, body -> Thread.ofPlatform().name("gala-look").unstarted(body));
  }

  private LookBack lookBack(Predicate<List<ClaimStart>> before, ThreadFactory threads) {
    return new LookBack(before, turn, threads, now::get, over::release);
  }

  private List<ClaimStart> claim(long took) {
    List<ClaimStart> starts = bound.starts(now.get());
    long begun = now.getAndAdd(took);
    var job = new ClaimedJob(Rows.at(1, Rows.CLAIMED, ++id), null);
    bound.claimed(begun, now.get(), starts, 2, List.of(job));
    return starts;
  }

  /** Claims until they start at a place and a look is due. */
  private void untilDue() {
    claim(MS);
    now.addAndGet(2 * ClaimPlaces.LAG);
    claim(MS);
    now.addAndGet(2 * ClaimPlaces.LAG);
    claim(20 * MS);
    assertThat(claim(MS)).isNotEmpty();
    now.addAndGet(ClaimBound.LONGEST);
  }

  private void untilDueAgain() {
    assertThat(claim(MS)).isNotEmpty();
    now.addAndGet(ClaimBound.LONGEST);
  }

  private void begin(LookBack lookBack) {
    untilDue();
    assertThat(lookBack.nanosUntilDue(bound, now.get())).isEqualTo(Long.MAX_VALUE);
  }

  private void assertTheNextClaimLooks(LookBack lookBack) {
    assertThat(lookBack.nanosUntilDue(bound, now.get())).isZero();
    assertThat(claim(MS)).isEmpty();
  }

  private static Predicate<List<ClaimStart>> passing(Gate gate, boolean finds) {
    return places -> {
      gate.pass();
      return finds;
    };
  }

  private static Predicate<List<ClaimStart>> failing(RiverError code, String message) {
    return places -> {
      throw new RiverException(code, message);
    };
  }

  @Test
  void findsNothingAndIsDueAgainWhenSomethingWasClaimed() {
    var looks = new AtomicInteger();
    LookBack lookBack =
        lookBack(
            places -> {
              now.addAndGet(20 * MS);
              return places.isEmpty() || looks.incrementAndGet() > 2;
            });
    untilDue();
    for (int i = 1; i <= 2; i++) {
      assertThat(lookBack.nanosUntilDue(bound, now.get())).isEqualTo(Long.MAX_VALUE);
      Await.permits("the look", over, 1);
      assertThat(lookBack.nanosUntilDue(bound, now.get())).isEqualTo(Long.MAX_VALUE);
      assertThat(looks).hasValue(i);
      untilDueAgain();
    }
  }

  @Test
  void whatItFindsIsDueAtOnceAndFromTheBeginning() {
    LookBack lookBack = lookBack(places -> true);
    begin(lookBack);
    Await.permits("the look", over, 1);
    assertTheNextClaimLooks(lookBack);
  }

  @Test
  void isDoneOnceAtATimeAndEndsNoClaimMeanwhile() {
    var gate = new Gate();
    LookBack lookBack = lookBack(passing(gate, false));
    begin(lookBack);
    gate.awaitEntered();
    assertThat(turn.availablePermits()).isZero();
    for (int i = 0; i < 3; i++) {
      now.addAndGet(ClaimBound.LONGEST);
      assertThat(lookBack.nanosUntilDue(bound, now.get())).isEqualTo(Long.MAX_VALUE);
      assertThat(claim(MS)).isNotEmpty();
    }
    gate.open();
    Await.permits("the look", over, 1);
    assertThat(turn.availablePermits()).isEqualTo(1);
    assertThat(over.availablePermits()).isZero();
  }

  @Test
  void waitsForItsTurn() {
    var looks = new AtomicInteger();
    LookBack lookBack = lookBack(places -> looks.incrementAndGet() > 1);
    turn.acquireUninterruptibly();
    begin(lookBack);
    Await.until("the look to wait", turn::hasQueuedThreads);
    assertThat(looks).hasValue(0);
    turn.release();
    Await.permits("the look", over, 1);
    assertThat(looks).hasValue(1);
  }

  @Test
  void whatStillWaitsForItsTurnDoesNotLookWhenAllEnds() {
    var looks = new AtomicInteger();
    LookBack lookBack = lookBack(places -> looks.incrementAndGet() > 1);
    turn.acquireUninterruptibly();
    begin(lookBack);
    Await.until("the look to wait", turn::hasQueuedThreads);
    Thread ending = Thread.ofPlatform().start(lookBack::awaitEnd);
    Await.parked(ending);
    turn.release();
    Await.end(ending);
    assertThat(looks).hasValue(0);
  }

  /** It is no longer waited for, since claims begin at the beginning anyway. */
  @Test
  void whereAPlaceDoesNotHelpMeanwhileTheNextClaimIsDueWithoutTheLook() {
    var gate = new Gate();
    LookBack lookBack = lookBack(passing(gate, true));
    begin(lookBack);
    gate.awaitEntered();
    assertThat(claim(20 * MS)).isNotEmpty();
    assertThat(lookBack.nanosUntilDue(bound, now.get())).isNegative();
    assertThat(claim(MS)).isEmpty();
    gate.open();
    Await.permits("the look", over, 1);
    assertThat(lookBack.nanosUntilDue(bound, now.get())).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aThreadThatDiedWithoutAResultHasFailed() {
    LookBack lookBack = lookBack(places -> false, body -> Thread.ofPlatform().unstarted(() -> {}));
    begin(lookBack);
    Await.until("it to fail", () -> lookBack.nanosUntilDue(bound, now.get()) == 0);
    assertThat(claim(MS)).isEmpty();
  }

  @Test
  void whereItFailsTheNextClaimLooksItself() {
    LookBack lookBack = lookBack(failing(RiverError.DATABASE_UNAVAILABLE, "away"));
    begin(lookBack);
    Await.permits("the look", over, 1);
    assertTheNextClaimLooks(lookBack);
    assertThat(turn.availablePermits()).isEqualTo(1);
  }

  @Test
  void soItIsWhereThereIsNoThread() {
    LookBack lookBack =
        lookBack(
            places -> false,
            body ->
                new Thread(body) {
                  @Override
                  public void start() {
                    throw new OutOfMemoryError("unable to create native thread");
                  }
                });
    begin(lookBack);
    assertThat(over.tryAcquire()).isTrue();
    assertTheNextClaimLooks(lookBack);
    lookBack.awaitEnd();
  }

  @Test
  void whereTheServerEndsItClaimsGoOnAtThePlaces(Logs logs) {
    LookBack lookBack = lookBack(failing(RiverError.TIMED_OUT, "30 s are over"));
    untilDue();
    for (int i = 0; i < 3; i++) {
      lookBack.nanosUntilDue(bound, now.get());
      Await.permits("the look", over, 1);
      assertThat(lookBack.nanosUntilDue(bound, now.get())).isEqualTo(ClaimBound.AFTER_TOO_SLOW);
      assertThat(claim(MS)).isNotEmpty();
      now.addAndGet(ClaimBound.AFTER_TOO_SLOW);
    }
    logs.await("takes longer than the server gives it: 30 s are over");
    assertThat(logs.count("takes longer than the server gives it")).isEqualTo(1);
  }

  @Test
  void itsEndIsWaitedForThoughInterrupted() {
    var gate = new Gate();
    LookBack lookBack = lookBack(passing(gate, true));
    lookBack.awaitEnd();
    begin(lookBack);
    gate.awaitEntered();
    var interrupted = new Semaphore(0);
    Thread waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  lookBack.awaitEnd();
                  interrupted.release(Thread.interrupted() ? 1 : 0);
                });
    Await.parked(waiting);
    waiting.interrupt();
    gate.open();
    Await.end(waiting);
    assertThat(interrupted.tryAcquire()).isTrue();
  }
}
