package dev.gala.river.internal.rescue;

import dev.gala.river.driver.Heartbeats;
import dev.gala.river.driver.Heartbeats.Beat;
import dev.gala.river.driver.Heartbeats.BeatParams;
import dev.gala.river.driver.Heartbeats.Silent;
import dev.gala.river.internal.lifecycle.Backoff;
import dev.gala.river.internal.lifecycle.Complaints;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.lifecycle.Timer;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the client's heartbeat, on a thread and a connection of its own, and ends its lease when
 * it cannot. It starts before and stops after all that holds jobs. Works without the table: nobody
 * is looked after then.
 */
public final class Heartbeat extends LoopService {
  /**
   * Whose heartbeat, and how often.
   *
   * @param clientId unique among all clients there ever were
   * @param ttl how long the client may be silent
   */
  public record Config(String clientId, Duration ttl) {
    Duration interval() {
      return ttl.dividedBy(5);
    }

    /** How long one renewal may take. */
    public Duration patience() {
      Duration interval = interval();
      return interval.compareTo(SHORTEST_PATIENCE) < 0 ? SHORTEST_PATIENCE : interval;
    }

    Duration lease() {
      return ttl.multipliedBy(2).dividedBy(3);
    }

    /** How often it is looked whether there is a table now. */
    Duration intervalWithout() {
      Duration twice = ttl.multipliedBy(2);
      return twice.compareTo(LONGEST_WITHOUT) < 0 ? twice : LONGEST_WITHOUT;
    }
  }

  /** What a heartbeat tells. Called on threads that others wait for: must be quick. */
  public interface Audience {
    /** The client may be taken for dead, or was: what runs is to be interrupted. */
    void cutOff();

    /** The client may claim again. */
    void backInTouch();

    /** These clients are dead. */
    void dead(List<Silent> clients);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(1);
  private static final Duration LONGEST_WITHOUT = Duration.ofSeconds(30);
  private static final int ATTEMPTS_TO_START = 3;

  private final Heartbeats heartbeats;
  private final Config config;
  private final Threads threads;
  private final Lease lease;
  private final Holdings holdings;
  private final Audience audience;
  private final Backoff backoff = new Backoff();
  private final Complaints complaints = new Complaints();
  private Observation observation;
  private Timer.@Nullable Appointment leaseEnd;
  private @Nullable Timer timer;
  private long beats;
  private long sweeps;
  private long next;
  private boolean without;

  /** Whether it ever was without since the start: something may run that no heartbeat spoke for. */
  private boolean wasWithout;

  /** Whether there may be a row, by which others judge the client; it outlives a stop. */
  private boolean mayHaveRow;

  /**
   * A heartbeat.
   *
   * @param heartbeats the client's own; closed when this stops
   * @param lease whose end it sets
   * @param holdings must be clear for the client to leave
   */
  public Heartbeat(
      Heartbeats heartbeats,
      Config config,
      Threads threads,
      Lease lease,
      Holdings holdings,
      Audience audience) {
    super(threads, "heartbeat");
    this.heartbeats = heartbeats;
    this.config = config;
    this.threads = threads;
    this.lease = lease;
    this.holdings = holdings;
    this.audience = audience;
    this.observation = new Observation(config.ttl());
  }

  /** The first one, so that nothing is claimed in the name of a client that nobody knows. */
  @Override
  protected void beforeStart() {
    observation = new Observation(config.ttl());
    beats = 0;
    without = false;
    wasWithout = false;
    complaints.over();
    timer = threads.timer("lease");
    boolean started = false;
    try {
      firstBeat();
      started = true;
    } finally {
      if (!started) {
        closeTimer();
        lease.lift();
      }
    }
  }

  /**
   * What is not answered is sent again: to work without may be to work with a row that is silent.
   */
  private void firstBeat() {
    for (int attempt = 1; ; attempt++) {
      next = System.nanoTime() + config.interval().toNanos();
      try {
        beat();
        return;
      } catch (RiverException e) {
        if (nobodyJudges(e)) {
          without(e);
          return;
        }
        if (e.code() != RiverError.OUTCOME_UNKNOWN || attempt == ATTEMPTS_TO_START) {
          throw e;
        }
        LOG.info("the first heartbeat is sent again: {}", e.getMessage());
      }
    }
  }

  @Override
  protected void round() {
    pause(next - System.nanoTime());
    if (stopping()) {
      return;
    }
    next = System.nanoTime() + config.interval().toNanos();
    boolean reached = false;
    try {
      beat();
      reached = true;
    } catch (RiverException e) {
      if (nobodyJudges(e)) {
        without(e);
      } else {
        failed(e);
      }
    } finally {
      if (!reached) {
        observation.interrupted();
      }
    }
  }

  /** Nothing is held by now, unless the database was away for too long. */
  @Override
  protected void afterLastRound() {
    try {
      if (!mayHaveRow || without) {
        return;
      }
      if (holdings.isClear()) {
        heartbeats.leave(config.clientId());
        mayHaveRow = false;
      } else if (holdings.unwritten() > 0) {
        LOG.warn(
            "client {} stops, and the ends of {} attempts are not written: others put back what runs"
                + " in its name, after {}",
            config.clientId(),
            holdings.unwritten(),
            config.ttl());
      } else {
        LOG.info(
            "client {} stops soon after a claim without an answer: its heartbeat stays, for others to"
                + " look for what may run in its name",
            config.clientId());
      }
    } catch (RuntimeException e) {
      LOG.info(
          "client {} could not delete its heartbeat, which others will do: {}",
          config.clientId(),
          e.getMessage());
    }
  }

  @Override
  protected void afterStop() {
    closeTimer();
    heartbeats.close();
    lease.lift();
  }

  private void beat() {
    long begun = System.nanoTime();
    Beat beat = sent(begun);
    boolean held = lease.holds();
    boolean takenForDead =
        beats > 0
            ? beat.beat() == 1 || beat.sweeps() != sweeps
            : wasWithout && beat.sweeps() > 0; // a row that was not known of
    beats++;
    sweeps = beat.sweeps();
    without = false;
    complaints.over();
    backoff.reset();
    works();
    lease.renew(begun + config.lease().toNanos());
    watchLease(begun);
    if (takenForDead) {
      LOG.warn(
          "client {} was taken for dead: what it ran was put back, and is interrupted here",
          config.clientId());
      audience.cutOff();
    }
    if (!held || takenForDead) {
      audience.backInTouch();
    }
    List<Silent> dead = observation.dead(beat, begun);
    if (!dead.isEmpty()) {
      audience.dead(dead);
    }
  }

  private Beat sent(long begun) {
    try {
      Beat beat = heartbeats.beat(new BeatParams(config.clientId(), config.ttl()));
      mayHaveRow = true;
      return beat;
    } catch (RiverException e) {
      if (e.code() == RiverError.OUTCOME_UNKNOWN) {
        mayHaveRow = true;
        limitLease(begun);
      }
      throw e;
    }
  }

  /** Whoever was without until now may have a row since {@code begun}. */
  private void limitLease(long begun) {
    if (!lease.isLimited()) {
      without = false;
      lease.renew(begun + config.lease().toNanos());
      watchLease(begun);
    }
  }

  /**
   * Whether nobody can take the client for dead: nobody has heartbeats, or it may not write one and
   * none can be there.
   */
  private boolean nobodyJudges(RiverException failure) {
    return failure.code() == RiverError.SCHEMA_OUTDATED
        || (failure.code() == RiverError.DATABASE && !failure.isTransient() && !mayHaveRow);
  }

  private void failed(RiverException failure) {
    long retry = Math.min(backoff.next(), config.interval().toNanos());
    next = System.nanoTime() + retry;
    fails(failure);
    LOG.atLevel(complaints.level("failed"))
        .log(
            "the heartbeat of client {} was not renewed, trying again in {} ms: {}",
            config.clientId(),
            TimeUnit.NANOSECONDS.toMillis(retry),
            failure.getMessage());
  }

  private void without(RiverException why) {
    lease.lift();
    fails(why);
    if (!without) {
      LOG.warn(
          "client {} has no heartbeat: if it dies, its jobs wait for River's rescuer ({},"
              + " HeartbeatConfig.disabled() does without): {}",
          config.clientId(),
          why.code() == RiverError.SCHEMA_OUTDATED
              ? "gala migrate up makes the table"
              : "its role must be granted select, insert, update and delete on gala_client",
          why.getMessage());
      without = true;
      wasWithout = true;
    }
    next = System.nanoTime() + config.intervalWithout().toNanos();
  }

  private void watchLease(long begun) {
    Timer.Appointment before = leaseEnd;
    if (before != null) {
      before.cancel();
    }
    Timer current = timer;
    if (current != null) {
      long left = begun + config.lease().toNanos() - System.nanoTime();
      leaseEnd = current.after(left, this::leaseEnds);
    }
  }

  private void leaseEnds() {
    if (!lease.holds()) {
      LOG.warn(
          "client {} could not renew its heartbeat for {}: its workers are interrupted, for others"
              + " may soon take it for dead",
          config.clientId(),
          config.lease());
      audience.cutOff();
    }
  }

  private void closeTimer() {
    Timer current = timer;
    if (current != null) {
      current.close();
      timer = null;
    }
    leaseEnd = null;
  }
}
