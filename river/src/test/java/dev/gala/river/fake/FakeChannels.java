package dev.gala.river.fake;

import dev.gala.river.driver.InsertPayload;
import dev.gala.river.driver.Notification;
import dev.gala.river.driver.NotificationTopic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who listens to a {@link FakeDatabase}, and what was said. Guarded by its signal. */
final class FakeChannels {
  private final Signal signal;
  private final Faults faults;
  private final Set<FakeListener> listeners = new HashSet<>();
  private final List<Notification> notified = new ArrayList<>();

  FakeChannels(Signal signal, Faults faults) {
    this.signal = signal;
    this.faults = faults;
  }

  FakeListener listen(Set<NotificationTopic> topics) {
    var listener = new FakeListener(this, signal, faults, topics);
    listeners.add(listener);
    return listener;
  }

  void closed(FakeListener listener) {
    listeners.remove(listener);
  }

  void lose() {
    listeners.forEach(FakeListener::lose);
  }

  int listening() {
    return listeners.size();
  }

  List<String> sent(NotificationTopic topic) {
    return notified.stream()
        .filter(notification -> notification.topic() == topic)
        .map(Notification::payload)
        .toList();
  }

  void sendInsert(String queue) {
    send(NotificationTopic.INSERT, InsertPayload.of(queue));
  }

  void send(NotificationTopic topic, String payload) {
    var notification = new Notification(topic, payload);
    notified.add(notification);
    listeners.forEach(listener -> listener.arrive(notification));
  }
}
