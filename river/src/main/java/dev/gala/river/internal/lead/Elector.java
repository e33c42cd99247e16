package dev.gala.river.internal.lead;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Leader;
import dev.gala.river.internal.lifecycle.Backoff;
import dev.gala.river.internal.lifecycle.Clockwork;
import dev.gala.river.internal.lifecycle.Complaints;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.notify.LeadershipMessage;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Stands for election until it wins, and then leads: renews its term, and has the leader's services
 * running (River's protocol: "Leader election"). They have stopped before a term is given up or
 * another one begins.
 */
public final class Elector extends LoopService {
  private static final Logger LOG = LoggerFactory.getLogger(Elector.class);

  /** How much longer than an interval a term lasts. */
  private static final Duration PADDING = Duration.ofSeconds(10);

  /** How much earlier than the row we take a term for over. */
  private static final Duration DOUBT = Duration.ofSeconds(1);

  private static final Duration LONGEST_STATEMENT = Duration.ofSeconds(5);
  private static final long FOLLOWERS_JITTER = TimeUnit.SECONDS.toNanos(1);
  private static final long VACANCY_JITTER = TimeUnit.MILLISECONDS.toNanos(50);

  /** After a resignation that was asked for: whoever hears of it is to be first. */
  private static final long HEAD_START = TimeUnit.SECONDS.toNanos(1);

  /** A stop does not try longer: the term ends by itself. */
  private static final long LONGEST_RESIGNATION = TimeUnit.SECONDS.toNanos(5);

  private static final int ATTEMPTS_TO_RESIGN = 3;
  private static final int ATTEMPTS_TO_START = 3;

  /**
   * How elections are held.
   *
   * @param clientId who stands
   * @param interval how often a follower asks and a leader renews; River's is 5 s
   */
  public record Config(String clientId, Duration interval) {
    Duration ttl() {
      return interval.plus(PADDING);
    }

    /** How long a renewal counts, from the moment it began. */
    long trust() {
      return ttl().minus(DOUBT).toNanos();
    }
  }

  private final Driver driver;
  private final Config config;
  private final Clockwork clock;
  private final LeaderServices services;
  private final TrustWatch watch;
  private final Backoff backoff = new Backoff();
  private final Complaints complaints = new Complaints();
  private final AtomicBoolean vacancyHeard = new AtomicBoolean();
  private final AtomicBoolean resignationAsked = new AtomicBoolean();
  private volatile @Nullable Leader term;
  private long trustedUntil;
  private long renewAt;

  /** Why there is no answer to the question who leads; it lasts longer than a round. */
  private @Nullable RuntimeException trouble;

  /**
   * An elector.
   *
   * @param services run while this client leads
   */
  public Elector(
      Driver driver, Config config, Threads threads, Clockwork clock, LeaderServices services) {
    super(threads, "elector");
    this.driver = driver;
    this.config = config;
    this.clock = clock;
    this.services = services;
    this.watch = new TrustWatch(threads, clock, this::distrusted);
  }

  /** Whether this client leads, as far as it knows. */
  public boolean leads() {
    return term != null;
  }

  /** Takes what was said about leaders. Safe for many threads. */
  public void told(LeadershipMessage message) {
    switch (message) {
      case LeadershipMessage.RequestResign(String leaderId) -> {
        if (leaderId.isEmpty() || leaderId.equals(config.clientId())) {
          // Also while an election is under way: it may have been won, and not be known here yet.
          resignationAsked.set(true);
          if (leads()) {
            wakeup().signal();
          }
        }
      }
      case LeadershipMessage.Resigned(String leaderId) -> {
        if (!leaderId.equals(config.clientId())) {
          vacancyHeard.set(true);
          wakeup().signal();
        }
      }
      case LeadershipMessage.Unknown unknown -> LOG.debug("{} passed over", unknown);
    }
  }

  @Override
  protected void beforeStart() {
    backoff.reset();
    complaints.over();
    trouble = null;
    watch.start();
  }

  @Override
  protected void afterStop() {
    watch.stop();
  }

  @Override
  protected void round() {
    Leader held = term;
    if (held == null) {
      stand();
    } else if (resignationAsked.getAndSet(false)) {
      LOG.info("leadership: client {} was asked to resign", config.clientId());
      stepDown(held);
      sleep(HEAD_START);
    } else {
      hold(held);
    }
    RuntimeException lasting = trouble;
    if (lasting != null) {
      fails(lasting);
    }
  }

  @Override
  protected void afterLastRound() {
    Leader held = term;
    if (held != null) {
      stepDown(held);
    }
  }

  private void stand() {
    resignationAsked.set(false); // it meant another
    long began = clock.nanos();
    Leader won;
    try {
      won =
          driver
              .leadership()
              .leaderAttemptElect(config.clientId(), config.ttl(), LONGEST_STATEMENT);
    } catch (RuntimeException e) {
      long pause = backoff.next();
      unanswered("standing for election", e, pause);
      sleep(pause);
      return;
    }
    answered();
    if (won != null) {
      lead(won, began);
      return;
    }
    sleep(config.interval().toNanos() + random(FOLLOWERS_JITTER));
    if (vacancyHeard.getAndSet(false)) {
      // All followers have heard it: let them not ask at the same moment.
      sleep(random(VACANCY_JITTER));
    }
  }

  private void lead(Leader won, long began) {
    term = won;
    counts(began);
    if (stopping()) {
      return;
    }
    LOG.info("leadership: client {} leads", config.clientId());
    watch.begin(trustedUntil);
    if (!startServices()) {
      resignBecauseIdle(won);
    }
  }

  private void resignBecauseIdle(Leader held) {
    LOG.error("leadership: client {} cannot do what a leader does, and resigns", config.clientId());
    stepDown(held);
    sleep(config.interval().toNanos());
  }

  private boolean startServices() {
    var pauses = new Backoff();
    for (int attempt = 1; attempt <= ATTEMPTS_TO_START && !stopping(); attempt++) {
      try {
        services.start();
        works();
        return true;
      } catch (RuntimeException | Error e) {
        // An error too, such as no memory for one more thread: nobody else would lead meanwhile.
        long pause = pauses.next();
        fails(e);
        report("starting what a leader does", e, pause, Level.WARN);
        sleep(pause);
      }
    }
    return stopping();
  }

  private void hold(Leader held) {
    long now = clock.nanos();
    long left = trustedUntil - now;
    if (left <= 0) {
      LOG.warn(
          "leadership: client {} did not renew its term in time, and leads no more",
          config.clientId());
      stepDown(held);
      return;
    }
    if (!services.run()) {
      // Whatever the reason: whoever leads and does nothing keeps all others from doing it.
      resignBecauseIdle(held);
      return;
    }
    if (renewAt - now > 0) {
      sleep(renewAt - now);
      return;
    }
    Leader renewed;
    try {
      var limit = Duration.ofNanos(Math.min(left, LONGEST_STATEMENT.toNanos()));
      renewed = driver.leadership().leaderAttemptReelect(held, config.ttl(), limit);
    } catch (RuntimeException e) {
      long pause = Math.min(backoff.next(), Math.max(trustedUntil - clock.nanos(), 0));
      unanswered("renewing the leadership", e, pause);
      renewAt = clock.nanos() + pause;
      return;
    }
    answered();
    if (renewed == null) {
      LOG.warn("leadership: the term of client {} is over: it leads no more", config.clientId());
      endTerm();
      return;
    }
    term = renewed;
    counts(now);
    if (!watch.extend(trustedUntil)) {
      // The answer came too late, but was yes: what was told to stop begins anew.
      endTerm();
      lead(renewed, now);
    }
  }

  /** Reckons a term from the moment at which the statement began that gave or renewed it. */
  private void counts(long began) {
    trustedUntil = began + config.trust();
    renewAt = began + config.interval().toNanos();
  }

  /** What a leader does has stopped before others are told that they may. */
  private void stepDown(Leader held) {
    endTerm();
    resign(held);
  }

  private void endTerm() {
    // First the watch: what it says of this term has then been said.
    watch.end();
    services.stop();
    term = null;
  }

  private void resign(Leader held) {
    long began = clock.nanos();
    for (int attempt = 1; attempt <= ATTEMPTS_TO_RESIGN; attempt++) {
      try {
        driver.leadership().leaderResign(held, Duration.ofSeconds(attempt));
        LOG.info("leadership: client {} resigned", config.clientId());
        return;
      } catch (RuntimeException e) {
        LOG.warn("leadership: resigning failed, attempt {}: {}", attempt, e.getMessage());
        if (clock.nanos() - began > LONGEST_RESIGNATION) {
          break;
        }
      }
    }
    LOG.warn("leadership: client {} did not resign: its term ends by itself", config.clientId());
  }

  /** On the watch's thread: ours may be waiting for the database. */
  private void distrusted() {
    services.tellToStop();
    LOG.warn("leadership: client {} cannot know any more whether it leads", config.clientId());
    wakeup().signal();
  }

  /** A stop's signal is taken by the first wait: none must follow it. */
  private void sleep(long nanos) {
    if (!stopping()) {
      clock.await(wakeup(), nanos);
    }
  }

  private void unanswered(String question, RuntimeException failure, long pause) {
    trouble = failure;
    fails(failure);
    report(question, failure, pause, complaints.level(question));
  }

  private void answered() {
    backoff.reset();
    complaints.over();
    trouble = null;
    works();
  }

  private static void report(String doing, Throwable failure, long pause, Level level) {
    long millis = TimeUnit.NANOSECONDS.toMillis(pause);
    LoggingEventBuilder line = LOG.atLevel(level);
    if (failure instanceof RiverException river && river.isTransient()) {
      line.log(
          "leadership: {} failed, trying again in {} ms: {}", doing, millis, failure.getMessage());
    } else {
      line.setCause(failure).log("leadership: {} failed, trying again in {} ms", doing, millis);
    }
  }

  private static long random(long bound) {
    return ThreadLocalRandom.current().nextLong(bound);
  }
}
