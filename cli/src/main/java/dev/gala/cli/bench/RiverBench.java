package dev.gala.cli.bench;

import dev.gala.cli.input.CommandThreads;
import dev.gala.cli.input.EndRequest;
import dev.gala.cli.input.GoDuration;
import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.ArgsCodec;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.Subscription;
import dev.gala.river.job.Tx;
import dev.gala.river.worker.Outcome;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * River's benchmark (protocol: "bench"): one client with 2,000 slots, jobs that do nothing, counted
 * by the events that tell of their end. Either so many jobs are inserted first and then worked, or
 * they are inserted while they are worked, so that 75,000 wait. Beyond River's it tells how long
 * jobs took, and what the database had to do. A request to end it ends it as its time does.
 */
public final class RiverBench {
  /** As in River's. */
  private static final int BATCH = 5_000;

  private static final int OUTSTANDING = 75_000;
  private static final int MAX_WORKERS = 2_000;
  private static final Duration COOLDOWN = Duration.ofMillis(2);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration INSERT_PAUSE = Duration.ofMillis(250);
  private static final Duration PERIOD = Duration.ofSeconds(2);

  /** The server is told late what its sessions did. */
  private static final Duration SETTLING = Duration.ofMillis(200);

  private static final int MOST_LOOKS = 25;

  private static final JobType<Integer> TYPE = JobType.of("benchmark", new Num());
  private static final Set<RiverEvent.Kind> KINDS =
      Set.of(
          RiverEvent.Kind.JOB_CANCELLED, RiverEvent.Kind.JOB_COMPLETED, RiverEvent.Kind.JOB_FAILED);

  /**
   * What to measure.
   *
   * @param limit when to end; null for when asked to
   * @param totalJobs how many to insert beforehand; 0 to insert while they are worked
   * @param discardJobs whether jobs of others may be deleted
   */
  record Plan(@Nullable Duration limit, int totalJobs, boolean discardJobs) {
    boolean burnsDown() {
      return totalJobs > 0;
    }
  }

  private final BenchOptions.Opening opening;
  private final @Nullable String schema;
  private final Plan plan;
  private final PrintWriter out;
  private final EndRequest end;

  private final AtomicLong inserted = new AtomicLong();
  private final AtomicLong worked = new AtomicLong();
  private final AtomicLong unexpected = new AtomicLong();
  private final CountDownLatch ready = new CountDownLatch(1);
  private final CountDownLatch enough = new CountDownLatch(1);
  private final Histogram waiting = new Histogram();
  private final Histogram working = new Histogram();
  private final Histogram writing = new Histogram();
  private final Histogram whole = new Histogram();
  private volatile long lastWorked;
  private volatile @Nullable RuntimeException failure;

  RiverBench(
      BenchOptions.Opening opening,
      @Nullable String schema,
      Plan plan,
      PrintWriter out,
      EndRequest end) {
    this.opening = opening;
    this.schema = schema;
    this.plan = plan;
    this.out = out;
    this.end = end;
  }

  /**
   * Runs it, and prints what it found.
   *
   * @throws SQLException if the database cannot be emptied or asked
   * @throws InterruptedException if the thread is interrupted
   */
  public void run() throws SQLException, InterruptedException {
    try (RiverDatabase database = opening.open();
        Connection connection = database.openConnection()) {
      var tables = new BenchTables(connection, schema);
      tables.reset(plan.discardJobs());
      BenchTables.Counts before = tables.counts();
      end.cleanUpFirst();
      measure();
      latency();
      database(settled(tables).since(before));
    }
  }

  private void measure() throws InterruptedException {
    RiverConfig config =
        RiverConfig.builder()
            .queue("default", MAX_WORKERS)
            .fetchCooldown(COOLDOWN)
            .fetchPollInterval(POLL)
            .worker(TYPE, context -> Outcome.done())
            .build();
    try (RiverDatabase database = opening.open();
        RiverClient client = RiverClient.create(database, config)) {
      Subscription events = client.subscribe(KINDS, OUTSTANDING);
      Thread counting = CommandThreads.start("bench-events", () -> count(events));
      Thread inserting = CommandThreads.start("bench-inserts", () -> insert(client));
      try {
        ready.await();
        if (failure == null && !end.isMade()) {
          client.start();
          observe(System.nanoTime(), events);
        }
      } finally {
        enough.countDown();
        inserting.join();
        client.stop();
        events.close();
        counting.join();
      }
      if (events.dropped() > 0 || unexpected.get() > 0) {
        out.printf(
            "bench: not counted [ %d ], cancelled or failed [ %d ]%n",
            events.dropped(), unexpected.get());
      }
    }
    RuntimeException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  /** Prints a line every period, and one at the end. */
  private void observe(long start, Subscription events) {
    long insertedLast = 0;
    long workedLast = 0;
    for (int round = 0; failure == null; round++) {
      Duration limit = plan.limit();
      if (limit != null && PERIOD.multipliedBy(round).compareTo(limit) >= 0) {
        break;
      }
      long insertedNow = inserted.get();
      long workedNow = worked.get();
      out.printf(
          Locale.ROOT,
          "bench: jobs worked [ %10d ], inserted [ %10d ], job/sec [ %10.1f ] [%s]%n",
          workedNow - workedLast,
          insertedNow - insertedLast,
          (double) (workedNow - workedLast) / PERIOD.toSeconds(),
          round == 0 ? "0s" : "2s");
      out.flush();
      insertedLast = insertedNow;
      workedLast = workedNow;
      if (plan.burnsDown() && outstanding() - events.dropped() < 1) {
        break;
      }
      if (end.awaitUntil(start + PERIOD.multipliedBy(round + 1).toNanos())) {
        break;
      }
    }
    long all = worked.get();
    Duration running = Duration.ofNanos(all == 0 ? 0 : Math.max(1, lastWorked - start));
    out.printf(
        Locale.ROOT,
        "bench: total jobs worked [ %10d ], total jobs inserted [ %10d ], overall job/sec"
            + " [ %10.1f ], running %s%n",
        all,
        inserted.get(),
        all == 0 ? 0 : all * 1e9 / running.toNanos(),
        GoDuration.format(running));
    out.flush();
  }

  private void count(Subscription events) {
    try {
      for (RiverEvent event = events.take(); event != null; event = events.take()) {
        RiverEvent.Statistics statistics = event.statistics();
        if (event.kind() != RiverEvent.Kind.JOB_COMPLETED) {
          unexpected.incrementAndGet();
        }
        if (statistics != null) {
          waiting.add(statistics.queueWait());
          working.add(statistics.run());
          writing.add(statistics.complete());
          whole.add(statistics.queueWait().plus(statistics.run()).plus(statistics.complete()));
        }
        lastWorked = System.nanoTime();
        worked.incrementAndGet();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void insert(RiverClient client) {
    try {
      if (plan.burnsDown()) {
        insertAll(client);
      } else {
        keepInserting(client);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      ready.countDown();
    }
  }

  private void insertAll(RiverClient client) {
    for (int left = plan.totalJobs(); left > 0 && !over(); left -= BATCH) {
      insert(client, Math.min(left, BATCH));
    }
  }

  private void keepInserting(RiverClient client) throws InterruptedException {
    while (!enough.await(INSERT_PAUSE.toMillis(), TimeUnit.MILLISECONDS) && !over()) {
      do {
        insert(client, BATCH);
      } while (outstanding() < OUTSTANDING && !over());
      ready.countDown();
    }
  }

  private void insert(RiverClient client, int jobs) {
    List<JobInsert<Integer>> batch =
        Collections.nCopies(jobs, new JobInsert<>(TYPE, 0, InsertOptions.defaults()));
    client.insertMany(batch, Tx.own());
    inserted.addAndGet(jobs);
  }

  private boolean over() {
    return enough.getCount() == 0 || end.isMade();
  }

  private long outstanding() {
    return inserted.get() - worked.get();
  }

  private void latency() {
    latency("from due to claimed", waiting);
    latency("from claimed to done", working);
    latency("from done to written", writing);
    latency("from due to written", whole);
  }

  private void latency(String what, Histogram times) {
    out.printf(
        Locale.ROOT,
        "bench: %-20s [ p50 %.2fms, p95 %.2fms, p99 %.2fms, longest %.2fms ]%n",
        what,
        times.millis(0.5),
        times.millis(0.95),
        times.millis(0.99),
        times.millis(1));
  }

  /** When two looks in succession agree, or after some seconds. */
  private static BenchTables.Counts settled(BenchTables tables) throws SQLException {
    BenchTables.Counts counts = tables.counts();
    for (int look = 0; look < MOST_LOOKS; look++) {
      LockSupport.parkNanos(SETTLING.toNanos());
      BenchTables.Counts again = tables.counts();
      if (again.inserted() == counts.inserted() && again.updated() == counts.updated()) {
        return again;
      }
      counts = again;
    }
    return counts;
  }

  private void database(BenchTables.Counts counts) {
    double jobs = Math.max(1, worked.get());
    out.printf(
        Locale.ROOT,
        "bench: database: commits/job [ %.4f ], WAL bytes/job [ %.1f ], rows inserted [ %d ],"
            + " updated [ %d ], deleted [ %d ]%n",
        counts.commits() / jobs,
        counts.wal() / jobs,
        counts.inserted(),
        counts.updated(),
        counts.deleted());
    out.printf(
        Locale.ROOT,
        "bench: database: blocks read [ %d ], hit [ %d ], bytes of river_job [ %d ]%n",
        counts.read(),
        counts.hit(),
        counts.size());
    out.flush();
  }

  /** River's numbering changes copies: every job has the number 0. */
  private static final class Num implements ArgsCodec<Integer> {
    @Override
    public String encode(Integer args) {
      return "{\"num\":" + args + "}";
    }

    @Override
    public Integer decode(String json) {
      return 0;
    }
  }
}
