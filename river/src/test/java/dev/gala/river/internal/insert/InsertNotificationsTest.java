package dev.gala.river.internal.insert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class InsertNotificationsTest {
  private static final long COOLDOWN = 1_000;
  private static final Set<String> A = Set.of("a");

  private final List<String> trailing = new ArrayList<>();
  private final InsertNotifications notifications =
      new InsertNotifications(
          Duration.ofNanos(COOLDOWN), (queue, delay) -> trailing.add(queue + " in " + delay));

  private Set<String> insert(Set<String> queues, long nanoTime) {
    InsertNotifications.Due due = notifications.due(queues, nanoTime);
    notifications.committed(queues, due, nanoTime);
    return due.queues();
  }

  @Test
  void theFirstInsertNotifiesAtOnce() {
    assertThat(insert(A, -500)).containsExactly("a");
    assertThat(trailing).isEmpty();
  }

  @Test
  void withinTheCooldownOneTrailingNotificationStandsForAll() {
    insert(A, 0);
    assertThat(insert(A, 1)).isEmpty();
    assertThat(insert(A, 500)).isEmpty();
    assertThat(insert(A, 999)).isEmpty();
    assertThat(trailing).containsExactly("a in 1199");
  }

  @Test
  void afterTheCooldownTheNextInsertNotifiesAtOnce() {
    insert(A, 0);
    assertThat(insert(A, 1_000)).containsExactly("a");
    assertThat(trailing).isEmpty();
  }

  @Test
  void aTrailingNotificationBeginsACooldown() {
    insert(A, 0);
    insert(A, 400);
    assertThat(notifications.takeTrailing("a", 1_000)).isTrue();
    assertThat(notifications.takeTrailing("a", 1_000)).isFalse();
    notifications.sent(A, 1_000);
    assertThat(insert(A, 1_300)).isEmpty();
    assertThat(trailing).containsExactly("a in 800", "a in 900");
  }

  @Test
  void onlyCommittedNotificationsCount() {
    InsertNotifications.Due first = notifications.due(A, 0);
    assertThat(first.queues()).containsExactly("a");
    assertThat(notifications.due(A, 1).queues()).containsExactly("a");
    notifications.committed(A, first, 2);
    assertThat(notifications.due(A, 3).queues()).isEmpty();
  }

  @Test
  void aTrailingNotificationIsNotBegunBeforeTheInsertIsCommitted() {
    insert(A, 0);
    // This insert takes longer than the cooldown: were its notification sent meanwhile, nobody
    // would see the row, and nobody would be told when it is there.
    InsertNotifications.Due due = notifications.due(A, 900);
    assertThat(due.queues()).isEmpty();
    assertThat(trailing).isEmpty();
    notifications.committed(A, due, 5_000);
    assertThat(trailing).containsExactly("a in 200");
  }

  @Test
  void queuesAreLimitedEachForItself() {
    insert(A, 0);
    assertThat(insert(Set.of("a", "b"), 100)).containsExactly("b");
    assertThat(insert(Set.of("a", "b", "c"), 200)).containsExactly("c");
    assertThat(trailing).containsExactlyInAnyOrder("a in 1100", "b in 1100");
    assertThat(insert(Set.of(), 300)).isEmpty();
  }

  @Test
  void whatMayBeCommittedIsNotifiedLater() {
    notifications.maybeCommitted(A, 0);
    notifications.maybeCommitted(A, 10);
    assertThat(trailing).containsExactly("a in 1200");
    assertThat(notifications.outstanding()).isEqualTo(A);
    assertThat(notifications.due(A, 20).queues()).containsExactly("a");
  }

  @Test
  void anInsertThatNotifiesStandsForTheTrailingNotificationBeforeIt() {
    insert(A, 0);
    insert(A, 400);
    assertThat(insert(A, 1_000)).containsExactly("a");
    assertThat(notifications.outstanding()).isEmpty();
    assertThat(notifications.takeTrailing("a", 1_200)).isFalse();
    assertThat(trailing).containsExactly("a in 800");
  }

  @Test
  void whatComesAfterThatHasATrailingNotificationAtItsOwnTime() {
    insert(A, 0);
    insert(A, 400);
    insert(A, 1_000);
    insert(A, 1_100);
    assertThat(notifications.takeTrailing("a", 1_200)).isFalse();
    assertThat(notifications.outstanding()).isEqualTo(A);
    assertThat(trailing).containsExactly("a in 800", "a in 1000");
    assertThat(notifications.takeTrailing("a", 2_200)).isTrue();
  }

  @Test
  void whatASlowInsertStandsForIsSentWithoutIt() {
    insert(A, 0);
    insert(A, 400);
    InsertNotifications.Due slow = notifications.due(A, 1_000);
    assertThat(slow.instead()).containsOnlyKeys("a");
    assertThat(notifications.outstanding()).isEqualTo(A);
    // It is given a cooldown.
    assertThat(notifications.takeTrailing("a", 1_200)).isFalse();
    assertThat(trailing).containsExactly("a in 800", "a in 800");
    assertThat(notifications.takeTrailing("a", 2_000)).isTrue();
    notifications.sent(A, 2_001);
    notifications.committed(A, slow, 30_000);
    assertThat(notifications.outstanding()).isEmpty();
  }

  /** Those that fail say nothing. */
  @Test
  void insertsThatFailOneAfterTheOtherDoNotHoldItBack() {
    insert(A, 0);
    insert(A, 400);
    for (int at = 1_000; at < 1_200; at += 10) {
      assertThat(notifications.due(A, at).instead()).containsOnlyKeys("a");
    }
    assertThat(notifications.takeTrailing("a", 1_200)).isFalse();
    for (int at = 1_200; at < 2_000; at += 10) {
      assertThat(notifications.due(A, at).instead()).containsOnlyKeys("a");
    }
    assertThat(notifications.takeTrailing("a", 2_000)).isTrue();
    assertThat(trailing).containsExactly("a in 800", "a in 800");
  }

  @Test
  void whatMayBeCommittedMeanwhileDoesNotHoldItBackEither() {
    insert(A, 0);
    insert(A, 400);
    assertThat(notifications.due(A, 1_000).queues()).isEqualTo(A);
    notifications.maybeCommitted(A, 1_100);
    assertThat(notifications.due(A, 1_150).queues()).isEqualTo(A);
    assertThat(notifications.takeTrailing("a", 1_200)).isFalse();
    assertThat(notifications.takeTrailing("a", 2_000)).isTrue();
  }

  @Test
  void anInsertDoesNotStandForWhatIsAlreadyBeingSent() {
    insert(A, 0);
    insert(A, 400);
    assertThat(notifications.takeTrailing("a", 1_200)).isTrue();
    InsertNotifications.Due due = notifications.due(A, 1_210);
    assertThat(due.instead()).isEmpty();
    notifications.committed(A, due, 1_220);
    notifications.notSent(A);
    assertThat(notifications.outstanding()).isEqualTo(A);
  }

  @Test
  void whatIsCommittedMeanwhileHasOneOfItsOwn() {
    insert(A, 0);
    InsertNotifications.Due due = notifications.due(A, 1_000);
    // Committed by another statement, perhaps after the notification of the one under way.
    notifications.committed(A, new InsertNotifications.Due(Set.of(), Map.of()), 1_010);
    notifications.committed(A, due, 1_020);
    assertThat(notifications.outstanding()).isEqualTo(A);
    assertThat(notifications.takeTrailing("a", 1_210)).isFalse();
    assertThat(trailing).containsExactly("a in 200", "a in 1010");
    assertThat(notifications.takeTrailing("a", 2_220)).isTrue();
  }

  @Test
  void whatIsCommittedMeanwhileIsNotWhatAnInsertStoodFor() {
    insert(A, 0);
    insert(A, 400);
    InsertNotifications.Due due = notifications.due(A, 1_000);
    notifications.committed(A, new InsertNotifications.Due(Set.of(), Map.of()), 1_010);
    notifications.committed(A, due, 1_020);
    assertThat(notifications.outstanding()).isEqualTo(A);
    // As late as after any notification: nothing stands for it.
    assertThat(notifications.takeTrailing("a", 1_200)).isFalse();
    assertThat(trailing).containsExactly("a in 800", "a in 1020");
    assertThat(notifications.takeTrailing("a", 2_220)).isTrue();
  }

  @Test
  void whatWasNotSentIsStillToCome() {
    insert(A, 0);
    insert(A, 1);
    assertThat(notifications.takeTrailing("a", 1_200)).isTrue();
    assertThat(notifications.outstanding()).isEqualTo(A);
    notifications.notSent(A);
    insert(A, 2);
    assertThat(trailing).containsExactly("a in 1199", "a in 1198");
    assertThat(notifications.takeTrailing()).containsExactly("a");
    assertThat(notifications.takeTrailing()).isEmpty();
    notifications.sent(A, 10);
    assertThat(notifications.outstanding()).isEmpty();
  }

  @Test
  void anEndlessCooldownDoesNotOverflow() {
    var once =
        new InsertNotifications(
            Duration.ofSeconds(Long.MAX_VALUE), (queue, delay) -> trailing.add(queue));
    once.committed(A, once.due(A, 0), 0);
    assertThat(once.due(A, 1).queues()).isEmpty();
    once.committed(A, once.due(A, 1), 1);
    assertThat(trailing).hasSize(1);
  }
}
