package dev.gala.river.internal.rescue;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Heartbeats;
import dev.gala.river.driver.Heartbeats.Dead;
import dev.gala.river.driver.Heartbeats.Rescue;
import dev.gala.river.driver.Heartbeats.RescueParams;
import dev.gala.river.driver.Heartbeats.RescuedJob;
import dev.gala.river.driver.Heartbeats.RunningAttempt;
import dev.gala.river.driver.Heartbeats.Silent;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts back the jobs of dead clients, and what this client lost itself. Apart from the heartbeat,
 * which never waits for it.
 */
public final class CrashRescue extends LoopService {
  /**
   * For whom, and how often.
   *
   * @param clientId who does it, and whose losses are looked for
   * @param ttl the client's
   * @param clock tells when what was lost is due again
   */
  public record Config(String clientId, Duration ttl, InstantSource clock) {
    Duration auditInterval() {
      Duration third = ttl.dividedBy(3);
      return third.compareTo(LONGEST_INTERVAL) < 0 ? third : LONGEST_INTERVAL;
    }

    /** How long a dead client's row is kept: longer than any statement it may have sent. */
    Duration keep() {
      return ttl.multipliedBy(4).plus(LONGEST_STATEMENT);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(CrashRescue.class);
  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(10);
  private static final Duration LONGEST_STATEMENT = Duration.ofMinutes(1);
  private static final Duration RETRY_OF_THE_SPENT = Duration.ofMinutes(1);
  private static final int BATCH = 1_000;
  private static final int MOST_RUNNING = 20_000;

  private final Driver driver;
  private final Heartbeats heartbeats;
  private final Config config;
  private final Holdings holdings;
  private final Consumer<String> wake;
  private final Audit audit;
  private final AuditPace pace;
  private final Set<Silent> dead = ConcurrentHashMap.newKeySet();
  private long nextAudit;

  /**
   * A rescue.
   *
   * @param wake is told of queues that have work
   */
  public CrashRescue(
      Driver driver,
      Heartbeats heartbeats,
      Config config,
      Threads threads,
      Holdings holdings,
      Consumer<String> wake) {
    super(threads, "rescue");
    this.driver = driver;
    this.heartbeats = heartbeats;
    this.config = config;
    this.holdings = holdings;
    this.wake = wake;
    this.audit = new Audit(holdings);
    this.pace = new AuditPace(config.auditInterval());
  }

  /** Says that these clients are dead. Safe for many threads. */
  public void dead(List<Silent> clients) {
    dead.addAll(clients);
    wakeup().signal();
  }

  @Override
  protected void beforeStart() {
    dead.clear();
    nextAudit = System.nanoTime() + config.auditInterval().toNanos();
  }

  @Override
  protected void round() {
    List<Silent> found = List.copyOf(dead);
    if (!found.isEmpty()) {
      // One that is not rescued now is found dead again at the next heartbeat.
      dead.removeAll(new HashSet<>(found));
      rescue(found);
    }
    long begun = System.nanoTime();
    if (nextAudit - begun <= 0) {
      nextAudit = begun + config.auditInterval().toNanos();
      audit();
      nextAudit = begun + pace.untilNext(System.nanoTime() - begun);
    }
    works();
    wakeup().await(nextAudit - System.nanoTime());
  }

  private void rescue(List<Silent> found) {
    Instant now = config.clock().instant();
    var params =
        new RescueParams(
            found.stream()
                .map(client -> new Dead(client.clientId(), client.beat(), cause(client)))
                .toList(),
            BATCH,
            config.keep());
    Rescue rescue;
    do {
      rescue = heartbeats.rescue(params);
      tell(rescue);
    } while (rescue.more() && !stopping());
    LOG.debug("looked after {} at {}", found, now);
  }

  private String cause(Silent client) {
    return "worker died: client \"%s\" did not renew its heartbeat for %s; put back by client \"%s\""
        .formatted(client.clientId(), client.ttl(), config.clientId());
  }

  private void tell(Rescue rescue) {
    rescue.jobs().stream()
        .collect(Collectors.groupingBy(RescuedJob::clientId))
        .forEach(
            (client, jobs) ->
                LOG.warn(
                    "client {} is dead: {} of its jobs are put back, {}",
                    client,
                    jobs.size(),
                    jobs.stream()
                        .collect(Collectors.groupingBy(RescuedJob::state, Collectors.counting()))));
    rescue.forgotten().forEach(client -> LOG.info("client {} is gone for good", client));
    rescue.jobs().stream().map(RescuedJob::queue).distinct().forEach(wake);
  }

  private void audit() {
    List<String> queues = holdings.queues();
    if (queues.isEmpty()) {
      return;
    }
    List<RunningAttempt> running = heartbeats.running(config.clientId(), queues, MOST_RUNNING);
    if (running.size() < MOST_RUNNING) {
      holdings.keepSpent(
          running.stream().map(RunningAttempt::attemptId).collect(Collectors.toSet()));
    }
    List<RunningAttempt> lost = audit.lost(running);
    if (lost.isEmpty()) {
      return;
    }
    var outcomes = new ArrayList<JobSetStateParams>();
    for (RunningAttempt attempt : lost) {
      LOG.warn(
          "{} ran in the name of client {}, which does not hold it: it is put back",
          attempt.attemptId(),
          config.clientId());
      outcomes.add(outcome(attempt));
    }
    putBack(outcomes);
    lost.stream().map(RunningAttempt::queue).distinct().forEach(wake);
  }

  /** A row the database refuses is found by halving, and keeps nobody else. */
  private void putBack(List<JobSetStateParams> outcomes) {
    try {
      driver.executor().jobSetStateIfRunning(outcomes, false);
    } catch (RiverException e) {
      if (e.code() != RiverError.ROW_REFUSED) {
        throw e;
      }
      int half = outcomes.size() / 2;
      if (half == 0) {
        LOG.warn("{} cannot be put back: {}", outcomes.getFirst().attemptId(), e.getMessage());
        return;
      }
      putBack(outcomes.subList(0, half));
      putBack(outcomes.subList(half, outcomes.size()));
    }
  }

  /** One that never began uses no attempt, and keeps its place in the queue. */
  private JobSetStateParams outcome(RunningAttempt attempt) {
    AttemptId id = attempt.attemptId();
    Instant now = config.clock().instant();
    Holdings.Spent spent = holdings.spentOf(id);
    if (attempt.cancelRequested()) {
      AttemptError error = error(id, "JobCancelError: job cancelled remotely");
      return new JobSetStateParams(id, JobState.CANCELLED, null, error, now, null, null);
    }
    if (spent == null) {
      int before = Math.max(id.attempt() - 1, 0);
      return new JobSetStateParams(id, JobState.AVAILABLE, before, null, null, null, null);
    }
    AttemptError error = error(id, "its end could not be written: " + spent.why());
    if (spent.last()) {
      return new JobSetStateParams(id, JobState.DISCARDED, null, error, now, null, null);
    }
    Instant due = now.plus(RETRY_OF_THE_SPENT);
    return new JobSetStateParams(id, JobState.RETRYABLE, null, error, null, null, due);
  }

  private static AttemptError error(AttemptId id, String text) {
    return new AttemptError(id.attemptedAt(), id.attempt(), text, "");
  }
}
