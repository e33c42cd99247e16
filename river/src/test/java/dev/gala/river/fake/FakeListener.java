package dev.gala.river.fake;

import dev.gala.river.driver.Listener;
import dev.gala.river.driver.Notification;
import dev.gala.river.driver.NotificationTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A listening connection of a {@link FakeDriver}. */
final class FakeListener implements Listener {
  private final FakeChannels channels;
  private final Signal signal;
  private final Faults faults;
  private final Set<NotificationTopic> topics;
  private final List<Notification> arrived = new ArrayList<>();
  private boolean closed;
  private boolean lost;

  FakeListener(FakeChannels channels, Signal signal, Faults faults, Set<NotificationTopic> topics) {
    this.channels = channels;
    this.signal = signal;
    this.faults = faults;
    this.topics = Set.copyOf(topics);
  }

  @Override
  public List<Notification> await(Duration timeout) {
    faults.call(Call.AWAIT, null, () -> 0);
    signal.awaitAtMost(timeout.toNanos(), () -> closed || lost || !arrived.isEmpty());
    return signal.look(
        () -> {
          if (closed || lost) {
            throw Faults.away();
          }
          List<Notification> all = List.copyOf(arrived);
          arrived.clear();
          return all;
        });
  }

  @Override
  public void close() {
    signal.change(
        () -> {
          closed = true;
          channels.closed(this);
        });
  }

  void arrive(Notification notification) {
    if (topics.contains(notification.topic())) {
      arrived.add(notification);
    }
  }

  void lose() {
    lost = true;
  }
}
