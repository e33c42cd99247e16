package dev.gala.river.internal.produce;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.internal.execute.JobExecutor;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.QueueConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the jobs of one queue: claims as many as there are free slots and hands them to the
 * executor. A claim under way when a stop is asked for is finished, and its jobs run.
 */
public final class Producer extends LoopService {
  private static final Logger LOG = LoggerFactory.getLogger(Producer.class);

  /**
   * What to fetch, and how often.
   *
   * @param clientId who claims
   * @param queue which queue
   * @param limits its slots
   * @param kinds the kinds known here: no others are claimed
   * @param fetchCooldown see {@link FetchPace}
   * @param pollInterval see {@link FetchPace}
   */
  public record Config(
      String clientId,
      String queue,
      QueueConfig limits,
      List<String> kinds,
      Duration fetchCooldown,
      Duration pollInterval) {}

  private final Driver driver;
  private final Config config;
  private final JobExecutor executor;
  private final FetchPace pace;
  private final AtomicInteger active = new AtomicInteger();
  private final AtomicBoolean woken = new AtomicBoolean();

  /** A producer that hands its jobs to {@code executor}. */
  public Producer(Driver driver, Config config, Threads threads, JobExecutor executor) {
    super(threads, "fetch-" + config.queue());
    this.driver = driver;
    this.config = config;
    this.executor = executor;
    this.pace =
        new FetchPace(
            config.limits().maxWorkers(),
            config.fetchCooldown(),
            config.pollInterval(),
            System.nanoTime());
  }

  /** The queue it fetches from. */
  public String queue() {
    return config.queue();
  }

  /** Says that there may be work. Safe for many threads. */
  public void wake() {
    woken.set(true);
    wakeup().signal();
  }

  /** Whatever came while it was stopped, nobody told it. */
  @Override
  protected void beforeStart() {
    woken.set(true);
  }

  @Override
  protected void round() {
    if (woken.getAndSet(false)) {
      pace.woken();
    }
    int free = config.limits().maxWorkers() - active.get();
    long wait = pace.nanosUntilFetch(System.nanoTime(), free);
    if (wait > 0) {
      wakeup().await(wait);
      return;
    }
    var params = new JobGetAvailableParams(config.clientId(), config.kinds(), free, config.queue());
    List<ClaimedJob> jobs = claim(params);
    pace.fetched(System.nanoTime(), free, jobs.size());
    active.addAndGet(jobs.size());
    for (ClaimedJob job : jobs) {
      executor.execute(job.job(), this::slotFreed);
    }
  }

  private List<ClaimedJob> claim(JobGetAvailableParams params) {
    try {
      return driver.executor().jobGetAvailable(params);
    } catch (RiverException e) {
      if (e.code() == RiverError.OUTCOME_UNKNOWN) {
        LOG.warn(
            "client {} may have claimed jobs of queue {} whose rows never arrived: they stay running"
                + " until they are rescued",
            config.clientId(),
            config.queue());
      }
      throw e;
    }
  }

  private void slotFreed() {
    active.decrementAndGet();
    wakeup().signal();
  }
}
