package dev.gala.internal.durable;

import dev.gala.event.UnhandledEvents;
import dev.gala.event.UnhandledEvents.Reason;
import dev.gala.event.Versions;
import dev.gala.internal.registry.RegisteredTopic;
import dev.gala.internal.registry.Registry;
import dev.gala.river.Jobs;
import dev.gala.river.job.JobCount;
import dev.gala.river.job.JobTallyParams;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks which stored events this process could not handle. Safe for use by many threads. */
public final class UnhandledReport {
  private static final Logger LOG = LoggerFactory.getLogger(UnhandledReport.class);

  /** Of each queue and state: enough to see what is there, and read in no time. */
  private static final int LOOKED_AT = 10_000;

  /** As many as a line of a log should name. */
  private static final int NAMED = 10;

  private static final List<List<String>> TOPIC_AND_VERSION =
      List.of(List.of("topic"), List.of("properties", Versions.PROPERTY));

  private final Jobs jobs;
  private final Registry registry;
  private final List<String> kinds;
  private final List<String> queues;

  /**
   * Those of these kinds in these queues.
   *
   * @param registry says which topics are known, and listened to
   */
  public UnhandledReport(Jobs jobs, Registry registry, List<String> kinds, List<String> queues) {
    this.jobs = jobs;
    this.registry = registry;
    this.kinds = List.copyOf(kinds);
    this.queues = List.copyOf(queues);
  }

  /**
   * What cannot be handled here, most events first, by the topics and listeners registered now.
   *
   * @throws dev.gala.river.job.RiverException with what the database says
   */
  public List<UnhandledEvents> unhandled() {
    var params =
        new JobTallyParams(TOPIC_AND_VERSION, kinds, queues, JobTallyParams.LIVE, LOOKED_AT);
    List<UnhandledEvents> unhandled = new ArrayList<>();
    for (JobCount count : jobs.tally(params)) {
      String topic = count.texts().getFirst();
      String stored = count.texts().getLast();
      if (topic == null) {
        continue; // Not of gala, or of somebody who keeps it to himself: an attempt will tell.
      }
      String version = stored == null ? String.valueOf(Versions.UNVERSIONED) : stored;
      Reason reason = reason(registry.receiving(topic), version);
      if (reason != null) {
        unhandled.add(new UnhandledEvents(topic, version, reason, count.jobs()));
      }
    }
    return List.copyOf(unhandled);
  }

  private static @Nullable Reason reason(@Nullable RegisteredTopic topic, String version) {
    if (topic == null) {
      return Reason.UNKNOWN_TOPIC;
    }
    if (topic.listeners().isEmpty()) {
      return Reason.NO_LISTENER;
    }
    return topic.reads(version) ? null : Reason.UNKNOWN_VERSION;
  }

  /** Logs what cannot be handled here, if anything; that it cannot be told is no reason to fail. */
  public void report() {
    try {
      List<UnhandledEvents> unhandled = unhandled();
      if (!unhandled.isEmpty()) {
        LOG.warn(
            "stored events wait that this process cannot handle: {}{}. Attach their listeners, say"
                + " what their topics are called now, or leave them to another process",
            String.join(", ", unhandled.stream().limit(NAMED).map(UnhandledReport::text).toList()),
            unhandled.size() > NAMED ? ", and " + (unhandled.size() - NAMED) + " kinds more" : "");
      }
    } catch (RuntimeException unknown) {
      LOG.info(
          "whether all stored events can be handled here is not known: {}", unknown.getMessage());
    }
  }

  private static String text(UnhandledEvents some) {
    String what = some.events() + " of topic \"" + some.topic() + '"';
    return switch (some.reason()) {
      case UNKNOWN_TOPIC -> what + " (not known here)";
      case NO_LISTENER -> what + " (nobody listens here)";
      case UNKNOWN_VERSION ->
          what + " (their payloads' version " + some.payloadVersion() + " is not known here)";
    };
  }
}
