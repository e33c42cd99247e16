package dev.gala.river.internal.periodic;

import dev.gala.river.internal.insert.JobInserter;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.spi.Plugin;
import dev.gala.river.worker.PeriodicJob;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Inserts periodic jobs when they are due (protocol: "Periodic enqueuer"). It is to run on the
 * leader alone: each start begins a term, which knows nothing of those before.
 */
public final class PeriodicEnqueuer extends LoopService {
  private static final Duration LONGEST_CALL = Duration.ofSeconds(10);

  /** So late a clock that was set is noticed. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /**
   * How it enqueues.
   *
   * @param clock what is due is due by it
   * @param plugins are told when it starts
   */
  public record Config(InstantSource clock, List<Plugin> plugins) {}

  private final PeriodicDefinitions definitions;
  private final Config config;
  private final ArgsCalls calls;
  private final PeriodicRounds rounds;

  /** An enqueuer of {@code definitions}, whose changes it follows. */
  public PeriodicEnqueuer(
      PeriodicDefinitions definitions, Config config, Threads threads, JobInserter inserter) {
    super(threads, "periodic");
    this.definitions = definitions;
    this.config = config;
    this.calls = new ArgsCalls(threads, LONGEST_CALL);
    this.rounds = new PeriodicRounds(definitions, calls, inserter::insertPeriodic);
    definitions.whenChanged(wakeup()::signal);
  }

  @Override
  protected void beforeStart() {
    List<PeriodicJob<?>> jobs = List.copyOf(definitions.all().values());
    config.plugins().forEach(plugin -> plugin.periodicJobsStart(jobs));
    calls.start();
    rounds.begin(config.clock().instant());
  }

  @Override
  protected void onStop() {
    calls.stop();
  }

  @Override
  protected void round() {
    Instant wake = rounds.run(config.clock().instant());
    works(); // the wait is part of the round
    Instant now = config.clock().instant();
    Duration left = Duration.between(now, wake);
    wakeup().await((left.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : left).toNanos());
  }
}
