package dev.gala.river.internal.notify;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Listener;
import dev.gala.river.driver.Notification;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.json.JsonObjects;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens, and says which queue has work, what is asked of the client, and what becomes of the
 * leader. Nothing is replayed when the connection comes back after a loss: its audience is told so,
 * and looks for what it missed.
 */
public final class Notifier extends LoopService {
  /** What a notifier tells. */
  public interface Audience {
    /** There may be work in {@code queue}. */
    void queueHasWork(String queue);

    /** Something is asked of the client: whatever is known, and not {@code Unknown}. */
    void told(ControlMessage message);

    /** Something was said about who leads: whatever is known, and not {@code Unknown}. */
    default void told(LeadershipMessage message) {}

    /** Notifications may have been missed. */
    void anythingMayHaveHappened();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
  private static final Duration WAIT = Duration.ofMinutes(1);

  private final Driver driver;
  private final Audience audience;
  private volatile @Nullable Listener listener;

  /** A notifier that tells {@code audience}. */
  public Notifier(Driver driver, Threads threads, Audience audience) {
    super(threads, "notifier");
    this.driver = driver;
    this.audience = audience;
  }

  /** Connects, so that a client that has started hears every notification from then on. */
  @Override
  protected void beforeStart() {
    listener = connect();
  }

  @Override
  protected void round() {
    Listener current = listener;
    if (current == null) {
      current = connect();
      listener = current;
      if (stopping()) {
        // The stop may have come before there was a listener to close.
        return;
      }
      works();
      LOG.info("listening again");
      audience.anythingMayHaveHappened();
    }
    try {
      for (Notification notification : current.await(WAIT)) {
        deliver(notification);
      }
    } catch (RuntimeException e) {
      // Whatever it was, this listener is not trusted with another wait.
      listener = null;
      current.close();
      if (!stopping()) {
        throw e;
      }
    }
  }

  @Override
  protected void onStop() {
    Listener current = listener;
    if (current != null) {
      current.close();
    }
  }

  @Override
  protected void afterLastRound() {
    Listener current = listener;
    if (current != null) {
      listener = null;
      current.close();
    }
  }

  private Listener connect() {
    return driver.listen(Set.of(NotificationTopic.values()));
  }

  private void deliver(Notification notification) {
    String payload = notification.payload();
    switch (notification.topic()) {
      case CONTROL -> deliverControl(payload);
      case INSERT -> deliverInsert(payload);
      case LEADERSHIP -> deliverLeadership(payload);
    }
  }

  private void deliverControl(String payload) {
    switch (ControlMessage.of(payload)) {
      case null -> LOG.warn("control notification that cannot be read passed over: {}", payload);
      case ControlMessage.Unknown unknown ->
          LOG.debug("control notification of action {} passed over", unknown.action());
      case ControlMessage message -> audience.told(message);
    }
  }

  private void deliverLeadership(String payload) {
    switch (LeadershipMessage.of(payload)) {
      case null -> LOG.warn("leadership notification that cannot be read passed over: {}", payload);
      case LeadershipMessage.Unknown unknown ->
          LOG.debug("leadership notification of action {} passed over", unknown.action());
      case LeadershipMessage message -> audience.told(message);
    }
  }

  private void deliverInsert(String payload) {
    String queue = JsonObjects.textAt(payload, "queue");
    if (queue == null) {
      LOG.warn("notification that names no queue passed over: {}", payload);
    } else {
      audience.queueHasWork(queue);
    }
  }
}
