package dev.gala.river.internal.produce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.fake.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

final class SlotsTest {
  @Test
  void aClaimTakesWhatIsFreeOrHalfOfIt() {
    var slots = new Slots(10);
    assertThat(slots.takeForClaim(true)).isEqualTo(5);
    assertThat(slots.takeForClaim(true)).isEqualTo(3);
    assertThat(slots.takeForClaim(false)).isEqualTo(2);
    assertThat(slots.takeForClaim(true)).isZero();
    slots.giveBackUnused(7);
    assertThat(slots.free()).isEqualTo(7);
    assertThat(slots.claimedFreed()).isEqualTo(8);
  }

  @Test
  void anInsertTakesWhatItNeedsOrNothing() {
    var slots = new Slots(4);
    assertThat(slots.takeForInserts(5)).isFalse();
    assertThat(slots.takeForInserts(3)).isTrue();
    assertThat(slots.serveInserts()).isTrue();
    assertThat(slots.takeForInserts(2)).as("after waiting in vain").isFalse();
    assertThat(slots.takeForInserts(1)).isTrue();
    assertThat(slots.free()).isZero();
    assertThat(slots.directFreed()).isEqualTo(1);
    slots.giveBackFromInsert(2);
    assertThat(slots.free()).isEqualTo(3);
  }

  /** Its wait is short: whoever cannot free the slot in time on a loaded machine tries again. */
  @Test
  void whoWaitsIsGivenASlotThatBecomesFree() {
    boolean given = false;
    for (int i = 0; i < 100 && !given; i++) {
      var slots = new Slots(2);
      slots.takeForClaim(false);
      var got = new AtomicBoolean();
      Thread waiting = Thread.ofVirtual().start(() -> got.set(slots.takeForInserts(1)));
      while (waiting.isAlive() && waiting.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      slots.claimedFreed();
      Await.end(waiting);
      given = got.get() && slots.free() == 0;
    }
    assertThat(given).isTrue();
  }

  @Test
  void nobodyWaitsForMoreThanHalf() {
    var slots = new Slots(10);
    slots.takeForClaim(true);
    assertThat(slots.mostWaitedFor()).isEqualTo(5);
    assertThat(slots.takeForInserts(6)).isFalse();
    slots.takeForClaim(false);
    assertThat(slots.serveInserts()).as("nobody has waited in vain").isTrue();
    assertThat(new Slots(1).mostWaitedFor()).isEqualTo(1);
  }

  @Test
  void whereAClaimLacksSlotsHalfAreKeptAndItTakesAll() {
    var slots = new Slots(4);
    slots.claimLacks(true, System.nanoTime());
    assertThat(slots.takeForInserts(2)).isTrue();
    assertThat(slots.takeForInserts(1)).isFalse();
    assertThat(slots.takeForClaim(true)).as("not half of them").isEqualTo(2);
    slots.claimedFreed();
    assertThat(slots.takeForInserts(1)).as("the claim has had its share").isTrue();
  }

  @Test
  void whereAClaimLacksSlotsForLongInsertsGetNone() {
    var slots = new Slots(1);
    slots.claimLacks(true, System.nanoTime());
    assertThat(slots.takeForInserts(1)).isTrue();
    slots.directFreed();
    slots.claimLacks(false, System.nanoTime());
    slots.claimLacks(true, System.nanoTime() - Slots.LONGEST_LACK);
    assertThat(slots.takeForInserts(1)).isFalse();
    assertThat(slots.takeForClaim(true)).isEqualTo(1);
  }

  @Test
  void anInterruptEndsTheWaitAndStays() {
    var slots = new Slots(1);
    slots.takeForClaim(false);
    Thread.currentThread().interrupt();
    assertThat(slots.takeForInserts(1)).isFalse();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(slots.serveInserts()).as("that it waited in vain is not so").isTrue();
  }

  @RepeatedTest(5)
  void manyTakeAndGiveBackAndNothingIsLost() {
    int max = 8;
    var slots = new Slots(max);
    var inUse = new AtomicInteger();
    var most = new AtomicInteger();
    var got = new AtomicInteger();
    var begin = new CountDownLatch(1);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int caller = i;
      all.add(
          CompletableFuture.runAsync(
              () -> {
                Await.latch("the begin", begin);
                for (int n = 0; n < 2_000; n++) {
                  use(slots, caller, n, inUse, most, got);
                }
              },
              Thread::startVirtualThread));
    }
    begin.countDown();
    all.forEach(CompletableFuture::join);
    assertThat(slots.free()).isEqualTo(max);
    assertThat(inUse.get()).isZero();
    assertThat(most.get()).isBetween(1, max);
    assertThat(got.get()).isPositive();
  }

  private static void use(
      Slots slots, int caller, int n, AtomicInteger inUse, AtomicInteger most, AtomicInteger got) {
    boolean claims = caller == 0;
    slots.claimLacks(claims && n % 3 == 0, System.nanoTime());
    int count = 1 + n % 3;
    int taken = claims ? slots.takeForClaim(n % 2 == 0) : slots.takeForInserts(count) ? count : 0;
    most.accumulateAndGet(inUse.addAndGet(taken), Math::max);
    got.addAndGet(taken);
    inUse.addAndGet(-taken);
    for (int i = 0; i < taken; i++) {
      int free = claims ? slots.claimedFreed() : slots.directFreed();
      assertThat(free).isPositive();
    }
  }
}
