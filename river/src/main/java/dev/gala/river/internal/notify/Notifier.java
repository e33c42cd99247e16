package dev.gala.river.internal.notify;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Listener;
import dev.gala.river.driver.Notification;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.RiverException;
import dev.gala.river.json.JsonObjects;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for inserts and says which queue has work. Nothing is replayed when the connection comes
 * back after a loss: every queue is woken instead, and finds what it missed.
 */
public final class Notifier extends LoopService {
  /** What a notifier tells. */
  public interface Audience {
    /** There may be work in {@code queue}. */
    void queueHasWork(String queue);

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
      LOG.info("listening again");
      audience.anythingMayHaveHappened();
    }
    try {
      for (Notification notification : current.await(WAIT)) {
        deliver(notification);
      }
    } catch (RiverException e) {
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
    return driver.listen(Set.of(NotificationTopic.INSERT));
  }

  private void deliver(Notification notification) {
    String queue = JsonObjects.textAt(notification.payload(), "queue");
    if (queue == null) {
      LOG.warn("notification that names no queue passed over: {}", notification.payload());
    } else {
      audience.queueHasWork(queue);
    }
  }
}
