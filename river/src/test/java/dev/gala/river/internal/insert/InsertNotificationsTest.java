package dev.gala.river.internal.insert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    Set<String> due = notifications.due(queues, nanoTime);
    notifications.committed(queues, due, nanoTime);
    return due;
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
    assertThat(trailing).containsExactly("a in 999");
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
    assertThat(notifications.takeTrailing("a")).isTrue();
    assertThat(notifications.takeTrailing("a")).isFalse();
    notifications.sent(A, 1_000);
    assertThat(insert(A, 1_300)).isEmpty();
    assertThat(trailing).containsExactly("a in 600", "a in 700");
  }

  @Test
  void onlyCommittedNotificationsCount() {
    assertThat(notifications.due(A, 0)).containsExactly("a");
    assertThat(notifications.due(A, 1)).containsExactly("a");
    notifications.committed(A, A, 2);
    assertThat(notifications.due(A, 3)).isEmpty();
  }

  @Test
  void aTrailingNotificationIsNotBegunBeforeTheInsertIsCommitted() {
    insert(A, 0);
    // This insert takes longer than the cooldown: were its notification sent meanwhile, nobody
    // would see the row, and nobody would be told when it is there.
    Set<String> due = notifications.due(A, 900);
    assertThat(due).isEmpty();
    assertThat(trailing).isEmpty();
    notifications.committed(A, due, 5_000);
    assertThat(trailing).containsExactly("a in 0");
  }

  @Test
  void queuesAreLimitedEachForItself() {
    insert(A, 0);
    assertThat(insert(Set.of("a", "b"), 100)).containsExactly("b");
    assertThat(insert(Set.of("a", "b", "c"), 200)).containsExactly("c");
    assertThat(trailing).containsExactlyInAnyOrder("a in 900", "b in 900");
    assertThat(insert(Set.of(), 300)).isEmpty();
  }

  @Test
  void whatMayBeCommittedIsNotifiedLater() {
    notifications.maybeCommitted(A, 0);
    notifications.maybeCommitted(A, 10);
    assertThat(trailing).containsExactly("a in 1000");
    assertThat(notifications.due(A, 20)).containsExactly("a");
  }

  @Test
  void whatWasNotSentIsStillToCome() {
    insert(A, 0);
    insert(A, 1);
    assertThat(notifications.takeTrailing("a")).isTrue();
    assertThat(notifications.outstanding()).isEqualTo(A);
    notifications.notSent(A);
    insert(A, 2);
    assertThat(trailing).containsExactly("a in 999");
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
    assertThat(once.due(A, 1)).isEmpty();
  }
}
