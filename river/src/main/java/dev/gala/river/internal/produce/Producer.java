package dev.gala.river.internal.produce;

import dev.gala.river.driver.ClaimStart;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.internal.execute.JobExecutor;
import dev.gala.river.internal.execute.Slot;
import dev.gala.river.internal.insert.DirectWork;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.rescue.Holdings;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.spi.Metric;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the jobs of one queue: claims as many as there are free slots and hands them to the
 * executor. While the queue is paused it claims nothing. A claim under way when a stop is asked for
 * is finished, and its jobs run; so is an insert of jobs that are to begin here.
 */
final class Producer extends LoopService {
  private static final Logger LOG = LoggerFactory.getLogger(Producer.class);
  private static final long CUT_OFF_PAUSE = TimeUnit.SECONDS.toNanos(1);

  /**
   * What to fetch, and how often.
   *
   * @param clientId who claims
   * @param queue which queue
   * @param maxWorkers its slots
   * @param kinds the kinds to claim; null means any
   * @param fetchCooldown see {@link FetchPace}
   * @param pollInterval see {@link FetchPace}
   * @param holdings is told of every claim, and says whether there may be one
   * @param deletesCompleted whether jobs that end well are deleted
   * @param looks see {@link LookBack}
   */
  record Config(
      String clientId,
      String queue,
      int maxWorkers,
      @Nullable List<String> kinds,
      Duration fetchCooldown,
      Duration pollInterval,
      Holdings holdings,
      boolean deletesCompleted,
      Semaphore looks) {}

  /** What a producer tells. */
  interface Audience extends Producers.Audience {
    /** Takes a measurement; it does not throw. */
    void measured(Metric metric);
  }

  private final Driver driver;
  private final Config config;
  private final JobExecutor executor;
  private final Audience audience;
  private final LongSupplier nanos;
  private final FetchPace pace;
  private final ClaimBound bound;
  private final LookBack lookBack;
  private final QueueState state = new QueueState(this::pauseChanged);
  private final EarlyCancels earlyCancels = new EarlyCancels();
  private final Slots slots;
  private final Slot claimedSlot;
  private final Slot directSlot;
  private final Running running = new Running();
  private final AtomicLong ended = new AtomicLong();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final Admission directInserts = new Admission();

  /** Whether there are inserts that would begin here directly. */
  private volatile boolean direct;

  /** What may be overtaken: decided by each claim. */
  private volatile Backlog backlog = Backlog.UNKNOWN;

  private int runningLogged;
  private long endedLogged;

  /** A producer that hands its jobs to {@code executor}. */
  Producer(Driver driver, Config config, Threads threads, JobExecutor executor, Audience audience) {
    this(driver, config, threads, executor, audience, System::nanoTime);
  }

  /** The same, by a clock of its own. */
  Producer(
      Driver driver,
      Config config,
      Threads threads,
      JobExecutor executor,
      Audience audience,
      LongSupplier nanos) {
    super(threads, "fetch-" + config.queue());
    this.driver = driver;
    this.config = config;
    this.executor = executor;
    this.audience = audience;
    this.nanos = nanos;
    long now = nanos.getAsLong();
    this.slots = new Slots(config.maxWorkers());
    this.claimedSlot = new QueueSlot(slots::claimedFreed);
    this.directSlot = new QueueSlot(slots::directFreed);
    this.pace =
        new FetchPace(config.maxWorkers(), config.fetchCooldown(), config.pollInterval(), now);
    this.bound = new ClaimBound(now);
    this.lookBack =
        new LookBack(
            this::passedOver,
            config.looks(),
            body -> threads.loop("look-" + config.queue(), body),
            nanos,
            wakeup()::signal);
  }

  /** Says that there may be work. Safe for many threads, as all that follow. */
  void wake() {
    woken.set(true);
    wakeup().signal();
  }

  /** The same, where it may be anywhere in the queue, and not at its end alone. */
  void wakeForAnything() {
    bound.forget();
    wake();
  }

  /** How many jobs may share an insert, if they are to begin here; many if they are not. */
  int mostAtOnce(int priority) {
    return backlog.mayBeOvertakenBy(priority) && slots.serveInserts()
        ? slots.mostWaitedFor()
        : Integer.MAX_VALUE;
  }

  /**
   * Takes slots for jobs that are about to be inserted as running. Waits a little for those that
   * are not free yet.
   *
   * @param priority of the most important of them
   * @return null if they are to be claimed like any others
   */
  DirectWork.@Nullable Place reserve(int count, int priority) {
    direct = true;
    if (!backlog.mayBeOvertakenBy(priority)
        || state.paused()
        || !config.holdings().mayClaim()
        || !directInserts.enter()) {
      return null;
    }
    boolean taken = slots.takeForInserts(count);
    if (taken && (state.paused() || !config.holdings().mayClaim())) {
      // Meanwhile, while it waited.
      slots.giveBackFromInsert(count);
      taken = false;
    }
    if (!taken) {
      directInserts.leave();
      return null;
    }
    running.began(count);
    return new Reserved(count);
  }

  /** Whether its jobs are deleted when they end well. */
  boolean deletesCompleted() {
    return config.deletesCompleted();
  }

  /** Pauses or resumes. */
  void pause(boolean paused) {
    state.tellPaused(paused);
  }

  /** Takes the queue's new metadata. */
  void metadata(String metadata) {
    state.tellMetadata(metadata);
  }

  /** The queue's metadata, as far as known. */
  String metadata() {
    return state.metadata();
  }

  /** Cancels a job of the queue, if it runs here or has just been claimed. */
  void cancel(long jobId) {
    earlyCancels.cancel(jobId, () -> executor.cancel(jobId));
  }

  /** Says in the database that this client works the queue, and takes what the row says. */
  void report() {
    state.refresh(() -> driver.executor().queueCreateOrUpdate(config.queue()));
  }

  /** Takes what the queue's row says. */
  void look() {
    state.refresh(() -> driver.executor().queueGet(config.queue()));
  }

  /** Logs how many jobs run and ended, if that is something new. For one thread. */
  void logCounts() {
    int now = running.count();
    long endedNow = ended.get();
    if (now != runningLogged || endedNow != endedLogged) {
      LOG.info("queue {}: {} jobs ended, {} running", config.queue(), endedNow - endedLogged, now);
      runningLogged = now;
      endedLogged = endedNow;
    }
  }

  /**
   * Waits for its jobs to end, those too whose slots were given away. For a producer that was
   * stopped.
   *
   * @return false if the time was over, or the thread interrupted, before
   */
  boolean awaitIdle(Duration timeout) {
    return running.awaitNone(timeout);
  }

  /** A start that cannot say so fails. Whatever came while it was stopped, nobody told it. */
  @Override
  protected void beforeStart() {
    state.begin(() -> driver.executor().queueCreateOrUpdate(config.queue()));
    bound.forget();
    woken.set(true);
    backlog = Backlog.UNKNOWN;
    directInserts.open();
  }

  @Override
  protected void onStop() {
    directInserts.close();
  }

  /**
   * What is being inserted as running must run before the executor is told that all has come. A
   * look under way is waited for as a claim is: it uses the database.
   */
  @Override
  protected void afterLastRound() {
    lookBack.awaitEnd();
    directInserts.awaitEmpty();
  }

  @Override
  protected void round() {
    if (state.paused()) {
      wakeup().await(Long.MAX_VALUE);
      return;
    }
    if (!config.holdings().mayClaim()) {
      // What is claimed now may be another's soon. Waits for a wake-up, which could be missed.
      bound.forget();
      wakeup().await(CUT_OFF_PAUSE);
      return;
    }
    if (woken.getAndSet(false)) {
      pace.woken();
    }
    long now = nanos.getAsLong();
    int free = slots.free();
    long wait = pace.nanosUntilFetch(now, free);
    if (free > 0) {
      wait = Math.min(wait, lookBack.nanosUntilDue(bound, now));
    }
    if (wait > 0) {
      // A claim that lacks only slots comes before what is inserted.
      slots.claimLacks(
          direct && pace.nanosUntilFetch(now, config.maxWorkers()) <= 0, System.nanoTime());
      wakeup().await(wait);
      return;
    }
    boolean half = backlog.isNone();
    int taken = slots.takeForClaim(half);
    if (taken > 0) {
      fetch(taken);
      if (half) {
        pace.leftSlots(nanos.getAsLong());
      }
    }
  }

  private boolean passedOver(List<ClaimStart> places) {
    return driver.executor().jobPassedOver(params(0, places));
  }

  /**
   * Claims.
   *
   * @param free how many slots were taken for that
   */
  private void fetch(int free) {
    List<ClaimedJob> jobs = List.of();
    var notStarted = new AtomicInteger();
    long begun = nanos.getAsLong();
    long over = begun;
    List<ClaimStart> starts = bound.starts(begun);
    EarlyCancels.Claim mine = earlyCancels.claimBegins();
    long cutOffs = executor.cutOffs();
    Holdings.Claim held = config.holdings().claimBegins(config.queue());
    try {
      jobs = claim(free, starts);
      held.brought(jobs);
      over = nanos.getAsLong();
      pace.fetched(over, free, jobs.size());
      bound.claimed(begun, over, starts, free, jobs);
      running.began(jobs.size());
    } catch (RuntimeException | Error e) {
      held.failed(e);
      bound.forget();
      backlog = Backlog.UNKNOWN;
      throw e;
    } finally {
      List<ClaimedJob> claimed = jobs;
      slots.giveBackUnused(free - claimed.size());
      earlyCancels.claimEnds(
          mine,
          cancelled ->
              notStarted.set(launch(claimed, claimedSlot, new Circumstances(cancelled, cutOffs))));
    }
    backlog = direct ? Backlog.after(free, jobs) : Backlog.UNKNOWN;
    audience.measured(
        new Metric.JobGetAvailableDuration(config.queue(), Duration.ofNanos(over - begun)));
    audience.measured(new Metric.JobGetAvailableCount(config.queue(), jobs.size()));
    if (notStarted.get() > 0) {
      bound.forget();
      // The loop pauses: to go on at once would send the whole queue back.
      throw new IllegalStateException(
          "no threads for " + notStarted + " of the claimed jobs of queue " + config.queue());
    }
  }

  private List<ClaimedJob> claim(int max, List<ClaimStart> starts) {
    try {
      return driver.executor().jobGetAvailable(params(max, starts));
    } catch (RiverException e) {
      if (e.code() == RiverError.OUTCOME_UNKNOWN) {
        LOG.warn(
            "client {} may have claimed jobs of queue {} whose rows never arrived: it puts them back"
                + " when it finds them",
            config.clientId(),
            config.queue());
      }
      throw e;
    }
  }

  private JobGetAvailableParams params(int max, List<ClaimStart> starts) {
    return new JobGetAvailableParams(
        config.clientId(), config.kinds(), max, config.queue(), starts);
  }

  /**
   * What happened while jobs were on their way.
   *
   * @param cancelled whose cancellation was asked for
   * @param cutOffsBefore how often all had been cut off before they were
   */
  private record Circumstances(Set<Long> cancelled, long cutOffsBefore) {}

  /** Starts them; returns how many could not be. */
  private int launch(List<ClaimedJob> jobs, Slot slot, Circumstances circumstances) {
    int notStarted = 0;
    for (ClaimedJob job : jobs) {
      boolean started;
      if (!config.holdings().mayClaim() || executor.cutOffs() != circumstances.cutOffsBefore()) {
        started = executor.executeCutOff(job, slot);
        bound.forget();
      } else {
        started = launch(job, slot, circumstances);
      }
      notStarted += started ? 0 : 1;
    }
    return notStarted;
  }

  private boolean launch(ClaimedJob job, Slot slot, Circumstances circumstances) {
    boolean started =
        circumstances.cancelled().contains(job.job().id())
            ? executor.executeCancelled(job, slot)
            : executor.execute(job, slot);
    if (executor.cutOffs() != circumstances.cutOffsBefore()) {
      // Cut off between the question and the start: it may have been missed.
      executor.cutOff(job.job().id());
    }
    return started;
  }

  /** Slots taken for an insert. */
  private final class Reserved implements DirectWork.Place {
    private final int count;
    private final EarlyCancels.Claim cancels;
    private final Holdings.Claim held;

    private final long cutOffs;

    /** The insert is not sent before all this is noted. */
    Reserved(int count) {
      this.count = count;
      this.cancels = earlyCancels.claimBegins();
      this.cutOffs = executor.cutOffs();
      this.held = config.holdings().claimBegins(config.queue());
    }

    @Override
    public void inserted(List<JobRow> rows) {
      List<ClaimedJob> jobs = rows.stream().map(row -> new ClaimedJob(row, null)).toList();
      held.brought(jobs);
      try {
        earlyCancels.claimEnds(
            cancels, cancelled -> launch(jobs, directSlot, new Circumstances(cancelled, cutOffs)));
      } finally {
        directInserts.leave();
      }
    }

    @Override
    public void failed(Throwable failure) {
      held.failed(failure);
      earlyCancels.claimEnds(cancels, cancelled -> {});
      for (int i = 0; i < count; i++) {
        directSlot.freed();
        running.oneLeft();
      }
      directInserts.leave();
    }
  }

  private void pauseChanged(boolean paused) {
    if (paused) {
      LOG.info("queue {} is paused", config.queue());
      audience.queuePaused(config.queue());
    } else {
      LOG.info("queue {} is resumed", config.queue());
      wakeForAnything();
      audience.queueResumed(config.queue());
    }
  }

  /** Any slot of the queue that is used in one way. */
  private final class QueueSlot implements Slot {
    private final IntSupplier free;

    /**
     * A slot.
     *
     * @param free frees it, and tells how many are free then
     */
    QueueSlot(IntSupplier free) {
      this.free = free;
    }

    @Override
    public void freed() {
      // To wake the loop for each job that ends would cost more than many a job.
      if (pace.matters(free.getAsInt())) {
        wakeup().signal();
      }
    }

    @Override
    public boolean deletesCompleted() {
      return config.deletesCompleted();
    }

    @Override
    public void ended() {
      ended.incrementAndGet();
      running.oneLeft();
    }
  }
}
