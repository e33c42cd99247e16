package dev.gala.internal.durable;

import dev.gala.event.Envelope;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.ListenerId;
import dev.gala.internal.dispatch.Expected;
import dev.gala.internal.dispatch.Marks;
import dev.gala.internal.registry.RegisteredTopic;
import dev.gala.internal.registry.Registry;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes listeners away, and with them the live jobs that nobody is left for: neither a listener
 * here nor one that the emitter knew and another process may have.
 */
public final class ListenerRemoval {
  private static final Logger LOG = LoggerFactory.getLogger(ListenerRemoval.class);

  private final Registry registry;
  private final LiveJobs live;

  /** Takes them from {@code registry}. */
  public ListenerRemoval(Registry registry, LiveJobs live) {
    this.registry = registry;
    this.live = live;
  }

  /**
   * Detaches listeners at once, then purges.
   *
   * @return how many jobs were deleted
   * @throws GalaException with {@link GalaError#RIVER_LISTENER_CLEANUP_FAILED}: the listeners are
   *     detached, and the same ids may be given again
   */
  public long remove(Collection<ListenerId> ids, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    long deleted = 0;
    for (Registry.Detached detached : registry.detach(ids)) {
      List<String> names = new ArrayList<>(registry.renames().formerTopics(detached.topic()));
      names.add(detached.topic());
      for (String name : names) {
        Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
        deleted += purge(name, detached, left);
      }
    }
    registry.forget(ids);
    return deleted;
  }

  private long purge(String topic, Registry.Detached detached, Duration left)
      throws InterruptedException {
    try {
      return new LiveSelection(
              live, LiveJobs.ofTopic(topic), job -> isNobodys(job, topic, detached))
          .purge(left);
    } catch (RiverException failure) {
      throw new GalaException(
          GalaError.RIVER_LISTENER_CLEANUP_FAILED,
          "the listeners of topic "
              + topic
              + " are detached, their jobs are not all deleted, repeat it with the same ids: "
              + failure.getMessage(),
          failure);
    }
  }

  private boolean isNobodys(JobRow job, String topic, Registry.Detached detached) {
    Envelope envelope;
    Marks marks;
    try {
      envelope = LiveJobs.envelope(job);
      marks = Marks.read(job.metadata());
    } catch (RuntimeException unreadable) {
      LOG.warn("job {} cannot be read, and is left: {}", job.id(), unreadable.getMessage());
      return false;
    }
    RegisteredTopic now = registry.receiving(topic);
    return envelope.topic().equals(topic)
        && now != null
        && (now.name().equals(detached.topic()) || now.listeners().isEmpty())
        && !isExpectedElsewhere(envelope, now, marks, detached.listeners())
        && !isWantedHere(envelope, now, marks);
  }

  private static boolean isExpectedElsewhere(
      Envelope envelope, RegisteredTopic topic, Marks marks, Set<String> removed) {
    return !removed.containsAll(Expected.of(envelope, topic, marks).missing());
  }

  private static boolean isWantedHere(Envelope envelope, RegisteredTopic topic, Marks marks) {
    if (topic.listeners().isEmpty()) {
      return false;
    }
    try {
      return topic.matching(topic.received(envelope.headers(), envelope.payload())).stream()
          .anyMatch(listener -> !marks.isFinished(listener.definition().name()));
    } catch (RuntimeException unreadable) {
      LOG.warn(
          "the payload of event {} cannot be read, and it is left: {}",
          envelope.id(),
          unreadable.getMessage());
      return true;
    }
  }
}
