package dev.gala.river.internal.maintain;

import dev.gala.river.driver.Driver;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.lifecycle.Timer;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.SchemaProfile;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Rebuilds indexes beside their use, for those of a table of which so much is deleted grow. What a
 * rebuild leaves that took too long or was ended is dropped, so that the next one can begin.
 */
public final class Reindexer extends LoopService {
  private static final Logger LOG = LoggerFactory.getLogger(Reindexer.class);
  private static final Duration DROP_LIMIT = Duration.ofSeconds(15);

  /** So long at most until it looks at the clock again, which people may set. */
  private static final Duration LONGEST_SLEEP = Duration.ofMinutes(10);

  /** A rebuild about to begin may miss that it is to end. */
  private static final long BETWEEN_CANCELS = TimeUnit.SECONDS.toNanos(1);

  private static final Duration WHERE_THE_SCHEDULE_FAILS = Duration.ofDays(1);

  /**
   * What is rebuilt, and when.
   *
   * @param indexes in this order
   * @param schedule gives the first time after the one it is given
   * @param timeout of the rebuild of one index; negative means none
   * @param clock tells the time
   */
  public record Config(
      List<String> indexes,
      UnaryOperator<Instant> schedule,
      Duration timeout,
      InstantSource clock) {}

  private final Driver driver;
  private final Config config;
  private final Threads threads;
  private final Set<String> missing = new HashSet<>();
  private volatile @Nullable Runnable canceller;

  /** Ends a rebuild, which may take long: whoever tells the loop to stop does not wait for it. */
  private volatile @Nullable Timer ending;

  private Instant next = Instant.MIN;

  /** A reindexer. */
  public Reindexer(Driver driver, Threads threads, Config config) {
    super(threads, "reindexer");
    this.driver = driver;
    this.threads = threads;
    this.config = config;
  }

  @Override
  protected void beforeStart() {
    ending = threads.timer("reindexer-end");
    next = following(config.clock().instant());
  }

  @Override
  protected void onStop() {
    Timer timer = ending;
    if (timer != null) {
      timer.after(0, () -> cancel(timer));
    }
  }

  @Override
  protected void afterStop() {
    Timer timer = ending;
    ending = null;
    if (timer != null) {
      timer.close();
    }
  }

  /** Until the loop has ended. */
  private void cancel(Timer timer) {
    timer.after(BETWEEN_CANCELS, () -> cancel(timer));
    Runnable current = canceller;
    if (current != null) {
      current.run();
    }
  }

  @Override
  protected void round() {
    Instant now = config.clock().instant();
    if (config.indexes().isEmpty()) {
      pause(LONGEST_SLEEP.toNanos());
      return;
    }
    if (now.isBefore(next)) {
      Duration left = Duration.between(now, next);
      pause((left.compareTo(LONGEST_SLEEP) < 0 ? left : LONGEST_SLEEP).toNanos());
      return;
    }
    Set<String> there = driver.maintenance().indexesExist(config.indexes());
    // From the time it was planned for, and never twice for times that were slept through.
    Instant planned = following(next);
    next = planned.isAfter(now) ? planned : following(now);
    rebuildAll(there);
  }

  private void rebuildAll(Set<String> there) {
    for (String index : config.indexes()) {
      if (stopping()) {
        return;
      }
      if (there.contains(index)) {
        rebuild(index);
      } else if (missing.add(index)) {
        Level level = SchemaProfile.mayLack(index) ? Level.INFO : Level.WARN;
        LOG.atLevel(level).log("there is no index {} to rebuild", index);
      }
    }
  }

  private void rebuild(String index) {
    List<String> artifacts = driver.maintenance().indexArtifacts(index);
    if (!artifacts.isEmpty()) {
      LOG.warn(
          "index {} is not rebuilt: {} is there, of a rebuild under way or one that died: drop it"
              + " if nobody builds it",
          index,
          artifacts);
      return;
    }
    boolean done = false;
    try {
      Duration limit = config.timeout().isNegative() ? null : config.timeout();
      driver.maintenance().indexReindex(index, limit, ender -> canceller = ender);
      done = true;
      LOG.info("rebuilt index {}", index);
    } catch (RuntimeException e) {
      LOG.warn("rebuilding index {} failed: {}", index, e.getMessage());
      // A stop does not wait for a server that is not there to drop anything.
      done = stopping() && unanswered(e);
    } finally {
      canceller = null;
      if (!done) {
        dropArtifacts(index);
      }
    }
  }

  private static boolean unanswered(RuntimeException failure) {
    return failure instanceof RiverException e
        && (e.code() == RiverError.OUTCOME_UNKNOWN || e.code() == RiverError.DATABASE_UNAVAILABLE);
  }

  private void dropArtifacts(String index) {
    try {
      List<String> dropped = driver.maintenance().indexDropArtifacts(index, DROP_LIMIT);
      if (!dropped.isEmpty()) {
        LOG.info("dropped {}, which remained of it", dropped);
      }
    } catch (RuntimeException e) {
      LOG.warn(
          "what remains of the rebuild of index {} could not be dropped: it is not rebuilt"
              + " again until somebody does",
          index,
          e);
    }
  }

  private Instant following(Instant after) {
    try {
      Instant time = config.schedule().apply(after);
      if (time.isAfter(after)) {
        return time;
      }
      LOG.warn("the reindex schedule gave {} after {}: trying again in a day", time, after);
    } catch (RuntimeException | Error e) {
      LOG.warn("the reindex schedule failed: trying again in a day", e);
    }
    return after.plus(WHERE_THE_SCHEDULE_FAILS);
  }
}
