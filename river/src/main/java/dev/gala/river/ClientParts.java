package dev.gala.river;

import dev.gala.river.driver.Driver;
import dev.gala.river.internal.complete.CompletionBatcher;
import dev.gala.river.internal.execute.JobExecutor;
import dev.gala.river.internal.execute.SingleWork;
import dev.gala.river.internal.execute.WorkerSet;
import dev.gala.river.internal.insert.JobInserter;
import dev.gala.river.internal.lead.Elector;
import dev.gala.river.internal.lead.LeaderServices;
import dev.gala.river.internal.lifecycle.Clockwork;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Service;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.lifecycle.Troubles;
import dev.gala.river.internal.notify.Notifier;
import dev.gala.river.internal.periodic.PeriodicDefinitions;
import dev.gala.river.internal.periodic.PeriodicEnqueuer;
import dev.gala.river.internal.produce.Producers;
import dev.gala.river.internal.rescue.CrashRescue;
import dev.gala.river.internal.subscribe.Averages;
import dev.gala.river.internal.subscribe.Subscriptions;
import dev.gala.river.job.Health;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.RiverEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** What a client is made of, who of it knows whom, and in what order it starts and stops. */
final class ClientParts {
  private static final int WAITING_COMPLETIONS_LIMIT = 10_000;
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(30);

  private final Troubles troubles;
  private final ClientLife life;
  private final CompletionBatcher completer;
  private final JobExecutor executor;
  private final JobInserter inserter;
  private final PeriodicDefinitions periodicJobs;
  private final Producers producers;
  private final SingleWork singleWork;
  private final List<Service> services;
  private final Subscriptions subscriptions = new Subscriptions();
  private final Averages averages = new Averages();

  /**
   * The parts of the client called {@code id}; nothing runs yet.
   *
   * @param id the client's, as others see it
   */
  ClientParts(String id, Driver driver, RiverConfig config) {
    troubles = new Troubles(config.clock());
    var threads = new Threads("gala", troubles);
    life = new ClientLife(id, driver, config, threads);
    this.completer =
        new CompletionBatcher(
            driver,
            new CompletionBatcher.Config(
                WAITING_COMPLETIONS_LIMIT, FLUSH_TIMEOUT, config.clock(), life.holdings()),
            threads,
            this::attemptEnded);
    this.executor =
        new JobExecutor(
            config.workers(), executorConfig(config, driver), threads, completer::submit);
    this.producers =
        new Producers(driver, producersConfig(id, config), threads, executor, audience());
    config.queues().forEach(producers::add);
    this.inserter =
        new JobInserter(driver, inserterConfig(config), threads, producers, producers::wake);
    this.periodicJobs = new PeriodicDefinitions(config.knownKinds());
    periodicJobs.add(config.periodicJobs());
    this.services = services(id, driver, config, threads);
    this.singleWork =
        new SingleWork(
            driver,
            config.workers(),
            executorConfig(config, driver),
            threads,
            producers::deletesCompleted,
            told ->
                new CompletionBatcher(
                    driver,
                    new CompletionBatcher.Config(
                        WAITING_COMPLETIONS_LIMIT, FLUSH_TIMEOUT, config.clock()),
                    threads,
                    told.andThen(this::attemptEnded)));
  }

  JobExecutor executor() {
    return executor;
  }

  JobInserter inserter() {
    return inserter;
  }

  PeriodicDefinitions periodicJobs() {
    return periodicJobs;
  }

  Producers producers() {
    return producers;
  }

  SingleWork singleWork() {
    return singleWork;
  }

  Subscriptions subscriptions() {
    return subscriptions;
  }

  /** How the parts are. */
  Health health() {
    return troubles.health();
  }

  /** Starts everything; if something does not start, nothing runs. */
  void start() {
    var started = new ArrayList<Service>();
    boolean all = false;
    try {
      for (Service service : services) {
        service.start();
        started.add(service);
      }
      all = true;
    } finally {
      if (!all) {
        stop(started);
      }
    }
  }

  /** Stops everything; every outcome is written when this returns. */
  void stop() {
    producers.tellToStop();
    // From now on, not from when the leader's last statement has ended.
    executor.tellToStop();
    tellWhatIsNobodysJob();
    completer.liftLimit();
    stop(services);
    subscriptions.endAll();
  }

  /** All of it at once, for each may have a statement under way that takes its time. */
  private void tellWhatIsNobodysJob() {
    for (Service service : services) {
      if (service instanceof Elector || service instanceof CrashRescue) {
        ((LoopService) service).tellToStop();
      }
    }
  }

  /** In the order that loses nothing: no new jobs, then the running ones end, then their ends. */
  private static void stop(List<Service> started) {
    started.reversed().forEach(Service::stop);
  }

  /** In the order in which they start. */
  private List<Service> services(String id, Driver driver, RiverConfig config, Threads threads) {
    Elector elector =
        config.maintenance().leaderElection() ? elector(id, driver, config, threads) : null;
    Deque<Service> life = new ArrayDeque<>(this.life.services(executor, producers));
    Service rescue = life.pollLast();
    // The heartbeat is first, and so the last to stop: what is held, is held by a client that
    // lives.
    var all = new ArrayList<>(life);
    all.add(completer);
    // Before the producers: a start that cannot listen has claimed nothing. Before the executor:
    // cancellations are heard while a stop waits for running jobs.
    if (!config.pollOnly()) {
      all.add(new Notifier(driver, threads, new Hearers(producers, elector)));
    }
    all.add(executor);
    all.add(producers);
    if (rescue != null) {
      all.add(rescue);
    }
    if (elector != null) {
      all.add(elector);
    }
    return List.copyOf(all);
  }

  private Elector elector(String id, Driver driver, RiverConfig config, Threads threads) {
    var periodic =
        new PeriodicEnqueuer(
            periodicJobs,
            new PeriodicEnqueuer.Config(config.clock(), config.plugins()),
            threads,
            inserter);
    return new Elector(
        driver,
        new Elector.Config(id, config.maintenance().intervals().election()),
        threads,
        Clockwork.SYSTEM,
        new LeaderServices(
            LeaderParts.services(driver, config, threads, producers::wakeAll, periodic)));
  }

  private JobExecutor.Config executorConfig(RiverConfig config, Driver driver) {
    return new JobExecutor.Config(
        config.jobTimeout(),
        config.softStopTimeout(),
        config.retryPolicy(),
        config.clock(),
        new JobExecutor.Options(
            config.plugins(),
            config.kindPlugins(),
            config.errorHandler(),
            config.stuckThreshold(),
            config.stuckJobHandler(),
            driver::executor,
            driver::workTransaction,
            () -> subscriptions.any() || averages.wanted()));
  }

  private Producers.Config producersConfig(String id, RiverConfig config) {
    return new Producers.Config(
        id,
        config.fetchOnlyKnownKinds() ? config.workers().kinds() : null,
        config.fetchCooldown(),
        config.fetchPollInterval(),
        config.pollOnly(),
        config.plugins(),
        life.holdings(),
        config.directDispatch() ? beginningAtOnce(config.workers()) : job -> false);
  }

  /** A row that runs and whose process dies must be found soon: an available one would be. */
  private Predicate<JobInsertParams> beginningAtOnce(WorkerSet workers) {
    return job -> {
      WorkerSet.Entry<?> entry = life.isWatched() ? workers.find(job.kind()) : null;
      return entry != null && entry.worker().beginsAtOnce(job);
    };
  }

  private static JobInserter.Config inserterConfig(RiverConfig config) {
    return new JobInserter.Config(
        config.maxAttempts(),
        config.notifyCooldown(),
        config.clock(),
        config.knownKinds(),
        config.plugins(),
        config.kindPlugins());
  }

  private void attemptEnded(RiverEvent event) {
    averages.add(event);
    subscriptions.publish(event);
  }

  private Producers.Audience audience() {
    return new Producers.Audience() {
      @Override
      public void logTotals() {
        averages.log();
      }

      @Override
      public void queuePaused(String queue) {
        subscriptions.queuePaused(queue);
      }

      @Override
      public void queueResumed(String queue) {
        subscriptions.queueResumed(queue);
      }
    };
  }
}
