package dev.gala.river.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.Subscription;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class SubscriptionsTest {
  private final Subscriptions subscriptions = new Subscriptions();

  private Subscription all(int capacity) {
    return subscriptions.add(EnumSet.allOf(RiverEvent.Kind.class), capacity);
  }

  private static String queue(RiverEvent event) {
    assertThat(event).isNotNull();
    return event.queue();
  }

  @Test
  @RiverPoint(95)
  void whatFindsNoRoomIsDroppedAndCounted(Logs logs) throws InterruptedException {
    Subscription small = all(2);
    Subscription large = all(10);
    for (int i = 1; i <= 5; i++) {
      subscriptions.queuePaused("q" + i);
    }
    logs.expect("a subscription is full with 2 events");
    assertThat(logs.count("a subscription is full with 2 events")).isEqualTo(1);
    assertThat(small.dropped()).isEqualTo(3);
    assertThat(large.dropped()).isZero();
    assertThat(queue(small.take())).isEqualTo("q1");
    subscriptions.queueResumed("q6");
    assertThat(queue(small.take())).isEqualTo("q2");
    assertThat(queue(small.take())).isEqualTo("q6");
    assertThat(small.poll(Duration.ZERO)).isNull();
  }

  @Test
  void onlyWhatIsWantedComes() throws InterruptedException {
    Subscription resumed = subscriptions.add(EnumSet.of(RiverEvent.Kind.QUEUE_RESUMED), 10);
    subscriptions.queuePaused("a");
    subscriptions.queueResumed("b");
    RiverEvent event = resumed.take();
    assertThat(event).isEqualTo(new RiverEvent(RiverEvent.Kind.QUEUE_RESUMED, "b", null, null));
    assertThat(resumed.poll(Duration.ofNanos(1))).isNull();
  }

  @Test
  void whoeverWaitsIsToldOfTheEnd() throws InterruptedException {
    Subscription subscription = all(1);
    var got = new AtomicReference<>(new RiverEvent(RiverEvent.Kind.QUEUE_PAUSED, "x", null, null));
    Thread waiting =
        Thread.ofPlatform()
            .name("test-other")
            .start(
                () -> {
                  try {
                    got.set(subscription.take());
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    Await.parked(waiting);
    subscriptions.endAll();
    Await.end(waiting);
    assertThat(got).hasValue(null);
    assertThat(subscription.ended()).isTrue();
    assertThat(subscription.poll(Duration.ofDays(1))).isNull();
    assertThat(subscriptions.any()).isFalse();
  }

  @Test
  void anEventWakesWhoeverWaits() throws InterruptedException {
    Subscription subscription = all(1);
    Thread publisher =
        Thread.ofPlatform().name("test-other").start(() -> subscriptions.queuePaused("a"));
    assertThat(queue(subscription.poll(Await.DEADLINE))).isEqualTo("a");
    Await.end(publisher);
  }

  @Test
  void whatCameBeforeTheEndCanBeFetched() throws InterruptedException {
    Subscription subscription = all(1);
    assertThat(subscriptions.any()).isTrue();
    subscriptions.queuePaused("a");
    subscription.close();
    subscription.close();
    subscriptions.queuePaused("b");
    assertThat(queue(subscription.take())).isEqualTo("a");
    assertThat(subscription.take()).isNull();
    assertThat(subscription.dropped()).isZero();
    assertThat(subscriptions.any()).isFalse();
  }
}
