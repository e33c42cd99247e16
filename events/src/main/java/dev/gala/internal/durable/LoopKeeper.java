package dev.gala.internal.durable;

import dev.gala.event.Definition;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.event.Headers;
import dev.gala.event.Loop;
import dev.gala.internal.registry.LoopKeys;
import dev.gala.internal.registry.RegisteredTopic;
import dev.gala.internal.registry.Registry;
import dev.gala.internal.threads.Threads;
import dev.gala.river.job.JobDeleteParams;
import dev.gala.river.job.JobListOrder;
import dev.gala.river.job.JobRow;
import dev.gala.schedule.ScheduleState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the loops of this process's listeners, while workers run: begins those that are to be
 * there and are not, ends all but one where a loop was begun twice, and makes runs due that wait
 * for longer than their schedule allows. Every process does: what one does the others find done,
 * and of those that begin a loop at the same time one does. Safe for use by many threads.
 */
public final class LoopKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(LoopKeeper.class);

  /** After a look that failed. */
  private static final Duration SOON = Duration.ofSeconds(5);

  private final Registry registry;
  private final LiveJobs live;
  private final Emitter emitter;
  private final Duration interval;
  private final InstantSource clock;
  private final Semaphore asked = new Semaphore(0);
  private final ReentrantLock lifecycle = new ReentrantLock();
  private volatile boolean stopping;
  private @Nullable Thread thread;

  /**
   * A keeper.
   *
   * @param emitter emits first runs
   * @param interval from one look to the next, more or less
   */
  public LoopKeeper(
      Registry registry, LiveJobs live, Emitter emitter, Duration interval, InstantSource clock) {
    this.registry = registry;
    this.live = live;
    this.emitter = emitter;
    this.interval = interval;
    this.clock = clock;
  }

  /** Looks now and from time to time. Idempotent. */
  public void start() {
    lifecycle.lock();
    try {
      if (thread == null) {
        stopping = false;
        asked.drainPermits();
        Thread started = Threads.virtual("loops").newThread(this::run);
        started.start();
        thread = started;
      }
    } finally {
      lifecycle.unlock();
    }
  }

  /** Looks soon, if it is started. */
  public void look() {
    asked.release();
  }

  /** Tells it to look no more, without waiting for the look under way: a stop must follow. */
  public void tellToStop() {
    stopping = true;
    asked.release();
  }

  /** Waits for the end of the look under way, and looks no more. Idempotent. */
  public void stop() {
    lifecycle.lock();
    try {
      if (thread != null) {
        tellToStop();
        join(thread);
        thread = null;
      }
    } finally {
      lifecycle.unlock();
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException hurry) {
        interrupted = true; // A statement under way has its own end.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!stopping) {
      Duration pause = lookAtAll() ? interval : SOON;
      double spread = 0.9 + 0.2 * ThreadLocalRandom.current().nextDouble();
      try {
        if (asked.tryAcquire((long) (pause.toNanos() * spread), TimeUnit.NANOSECONDS)) {
          asked.drainPermits();
        }
      } catch (InterruptedException ended) {
        return;
      }
    }
  }

  /** Whether all went well; a loop that cannot be looked at harms no other. */
  private boolean lookAtAll() {
    boolean well = true;
    for (RegisteredTopic topic : registry.all()) {
      Definition<Object> definition = topic.loop();
      if (stopping || definition == null || !(definition.work() instanceof Loop<Object> loop)) {
        continue;
      }
      try {
        new Look(topic, definition, loop).look();
      } catch (RuntimeException failure) {
        well = false;
        LOG.warn(
            "loop \"{}\" of topic {} could not be looked after, and will be soon: {}",
            definition.name(),
            topic.name(),
            failure.toString());
      } catch (Error broken) {
        // What the application says of seeds and states may end so; the other loops go on.
        well = false;
        LOG.error(
            "loop \"{}\" of topic {} could not be looked after, and will be soon",
            definition.name(),
            topic.name(),
            broken);
      }
    }
    return well;
  }

  /** One look at the loops of a topic. */
  private final class Look {
    private final RegisteredTopic topic;
    private final Definition<Object> definition;
    private final Loop<Object> loop;
    private final Map<String, List<LiveRuns.Run>> alive = new HashMap<>();

    /** Loops of which a run is stored that only another release can read. */
    private final Set<String> foreign = new HashSet<>();

    /** Whether a run is stored of which not even that is known. */
    private boolean unknown;

    Look(RegisteredTopic topic, Definition<Object> definition, Loop<Object> loop) {
      this.topic = topic;
      this.definition = definition;
      this.loop = loop;
    }

    /**
     * What is missing is looked for a second time, after the last first run of it was asked for: a
     * loop that somebody began before that is then alive, and one begun after it has the same key.
     */
    void look() {
      lookForRuns();
      Map<String, Object> missing = new LinkedHashMap<>();
      for (Object seed : loop.seeds().get()) {
        missing.putIfAbsent(LoopKeys.ofLoop(definition, seed), seed);
      }
      drop(missing);
      if (!missing.isEmpty()) {
        Map<String, Long> before = new HashMap<>();
        missing.keySet().forEach(key -> before.put(key, lastSeed(key)));
        lookForRuns();
        drop(missing);
        missing.forEach((key, seed) -> begin(key, seed, before.getOrDefault(key, 0L)));
      }
      alive.forEach(this::tend);
    }

    /**
     * What another release runs is not begun here: it would be begun anew at each look, as long as
     * both releases are there.
     */
    private void drop(Map<String, Object> missing) {
      missing.keySet().removeAll(alive.keySet());
      missing.keySet().removeAll(foreign);
      if (unknown && !missing.isEmpty()) {
        LOG.info(
            "loop \"{}\" of topic {}: {} are not begun while a run is stored that cannot be read",
            definition.name(),
            topic.name(),
            missing.keySet());
        missing.clear();
      }
    }

    private void lookForRuns() {
      alive.clear();
      foreign.clear();
      unknown = false;
      look(topic.name());
      registry.renames().formerTopics(topic.name()).forEach(this::look);
    }

    private void look(String topicName) {
      live.forEachPage(LiveJobs.ofTopic(topicName), page -> page.forEach(this::note));
    }

    private void note(JobRow job) {
      Envelope envelope;
      try {
        envelope = LiveJobs.envelope(job);
      } catch (RuntimeException broken) {
        LOG.debug("job {} is nobody's run", job.id(), broken); // Its own attempts say so louder.
        return;
      }
      try {
        Object event = topic.received(envelope.headers(), envelope.payload());
        ScheduleState place = loop.stateOf(event);
        if (place.incarnation().isEmpty()) {
          place = place.inChain(envelope.id().value(), place.cycle());
        }
        var run =
            new LiveRuns.Run(
                job.id(), job.state(), job.scheduledAt(), place, loop.scheduleOf(event));
        alive
            .computeIfAbsent(LoopKeys.ofLoop(definition, event), key -> new ArrayList<>())
            .add(run);
      } catch (RuntimeException unreadable) {
        LOG.debug("job {} is a run that cannot be read here", job.id(), unreadable);
        String key = LoopKeys.ofHeaders(envelope.headers());
        if (key == null) {
          unknown = true;
        } else {
          foreign.add(key);
        }
      }
    }

    /** Of all who do so at the same time one does: they give it the same key. */
    private void begin(String key, Object seed, long before) {
      Headers headers =
          Headers.builder()
              .property(LoopKeys.SEEDED_LOOP, key)
              .uniqueKey(LoopKeys.ofSeed(key, before))
              .uniqueOnce(true)
              .build();
      EmitReceipt receipt;
      try (EventContext.Scope scope = EventContext.empty().makeCurrent()) {
        receipt = emitter.emit(definition.topic(), seed, EmitOptions.of(headers));
      }
      if (!receipt.duplicate()) {
        LOG.info(
            "loop \"{}\" of topic {} begins: {}, job {}",
            definition.name(),
            topic.name(),
            key,
            receipt.jobId());
      }
    }

    /** Under the names the topic had before, too: it has the same keys. */
    private long lastSeed(String key) {
      return Stream.concat(
              Stream.of(topic.name()), registry.renames().formerTopics(topic.name()).stream())
          .mapToLong(name -> lastSeed(name, key))
          .max()
          .orElse(0);
    }

    private long lastSeed(String topicName, String key) {
      List<JobRow> last =
          live.jobs()
              .list(
                  live.matching(
                          LiveJobs.withProperty(topicName, LoopKeys.SEEDED_LOOP, key), List.of())
                      .order(JobListOrder.ID)
                      .descending(true)
                      .limit(1)
                      .build())
              .jobs();
      return last.isEmpty() ? 0 : last.getFirst().id();
    }

    private void tend(String key, List<LiveRuns.Run> runs) {
      List<Long> surplus = LiveRuns.surplus(runs);
      if (!surplus.isEmpty()) {
        int ended =
            live.jobs()
                .deleteMany(
                    JobDeleteParams.builder()
                        .ids(surplus)
                        .states(LiveJobs.WAITING)
                        .limit(surplus.size())
                        .build())
                .size();
        LOG.warn("loop {} was begun more than once: {} runs that wait are deleted", key, ended);
      }
      for (long job : LiveRuns.tooLate(runs, clock.instant())) {
        if (!surplus.contains(job)) {
          LOG.info(
              "a run of loop {} waits longer than its schedule says: job {} is due now", key, job);
          live.jobs().retry(job);
        }
      }
    }
  }
}
