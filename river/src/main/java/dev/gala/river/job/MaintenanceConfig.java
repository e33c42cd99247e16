package dev.gala.river.job;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a client does for all clients while it leads them, and whether it may lead. Every client
 * that may lead should have the same: it is the leader's that counts. Immutable; made by {@link
 * #builder()}, which reports every problem at once.
 */
public final class MaintenanceConfig {
  /** A retention: for ever. */
  public static final Duration KEEP = Duration.ofNanos(-1);

  private static final Duration LONGEST = Duration.ofDays(36_500);

  /**
   * How often things are done; for tests, which have no time.
   *
   * @param election a follower asks, and a leader renews; River's is 5 s. A term lasts 10 s longer
   * @param scheduler due jobs become available, and those due before the next time; River's is 5 s
   * @param rescuer stuck jobs are looked for; River's is 30 s
   * @param cleaner finished jobs are deleted; River's is 30 s
   * @param queueCleaner forgotten queues are deleted; River's is an hour
   */
  public record Intervals(
      Duration election,
      Duration scheduler,
      Duration rescuer,
      Duration cleaner,
      Duration queueCleaner) {
    /** River's. */
    public static Intervals usual() {
      return new Intervals(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofHours(1));
    }
  }

  private final Builder settings;

  private MaintenanceConfig(Builder settings) {
    this.settings = settings;
  }

  /** A builder with River's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** River's defaults. */
  public static MaintenanceConfig defaults() {
    return builder().build();
  }

  /** Whether the client may lead. */
  public boolean leaderElection() {
    return settings.leaderElection;
  }

  /**
   * How long a job is kept after its end.
   *
   * @param state a final one
   * @return negative means for ever
   */
  public Duration retention(JobState state) {
    return switch (state) {
      case CANCELLED -> settings.cancelledJobRetention;
      case COMPLETED -> settings.completedJobRetention;
      case DISCARDED -> settings.discardedJobRetention;
      case AVAILABLE, PENDING, RETRYABLE, RUNNING, SCHEDULED -> KEEP;
    };
  }

  /** How old an attempt is that counts as stuck; null means an hour more than the job timeout. */
  public @Nullable Duration rescueStuckJobsAfter() {
    return settings.rescueStuckJobsAfter;
  }

  /** Whether stuck jobs of kinds without a worker here are rescued. */
  public boolean rescueUnknownKinds() {
    return settings.rescueUnknownKinds;
  }

  /** When indexes are rebuilt: the first time after the one given. */
  public UnaryOperator<Instant> reindexSchedule() {
    return settings.reindexSchedule;
  }

  /** The indexes to rebuild, in order. */
  public List<String> reindexIndexes() {
    return settings.reindexIndexes;
  }

  /** How long the rebuild of one index may take; negative means as long as it takes. */
  public Duration reindexTimeout() {
    return settings.reindexTimeout;
  }

  /** How often things are done. */
  public Intervals intervals() {
    return settings.intervals;
  }

  /** Collects settings. Not safe for use by many threads. */
  public static final class Builder {
    private static final List<String> INDEXES =
        List.of(
            "river_job_args_index",
            "river_job_kind",
            "river_job_metadata_index",
            "river_job_pkey",
            "river_job_prioritized_fetching_index",
            "river_job_state_and_finalized_at_index",
            "river_job_unique_idx");

    private boolean leaderElection = true;
    private Duration cancelledJobRetention = Duration.ofHours(24);
    private Duration completedJobRetention = Duration.ofHours(24);
    private Duration discardedJobRetention = Duration.ofDays(7);
    private @Nullable Duration rescueStuckJobsAfter;
    private boolean rescueUnknownKinds;
    private UnaryOperator<Instant> reindexSchedule = Builder::nextMidnight;
    private List<String> reindexIndexes = INDEXES;
    private Duration reindexTimeout = Duration.ofMinutes(1);
    private Intervals intervals = Intervals.usual();

    private Builder() {}

    /**
     * Whether the client takes part in elections; true by default. One that does not never leads,
     * so it does nothing of what is configured here, and must have no periodic jobs: for fleets of
     * which only some clients know all kinds, or the periodic jobs.
     */
    public Builder leaderElection(boolean leaderElection) {
      this.leaderElection = leaderElection;
      return this;
    }

    /** How long cancelled jobs are kept; 24 hours by default, {@link #KEEP} means for ever. */
    public Builder cancelledJobRetention(Duration retention) {
      this.cancelledJobRetention = Objects.requireNonNull(retention, "retention");
      return this;
    }

    /** How long completed jobs are kept; 24 hours by default, {@link #KEEP} means for ever. */
    public Builder completedJobRetention(Duration retention) {
      this.completedJobRetention = Objects.requireNonNull(retention, "retention");
      return this;
    }

    /** How long discarded jobs are kept; 7 days by default, {@link #KEEP} means for ever. */
    public Builder discardedJobRetention(Duration retention) {
      this.discardedJobRetention = Objects.requireNonNull(retention, "retention");
      return this;
    }

    /**
     * How long after its start an attempt that is still running counts as stuck: its process died,
     * or its outcome was lost. Null, the default, means 1 hour, or 1 hour more than the client's
     * job timeout if that is longer than its default. No attempt is rescued before its own time is
     * over, and none of a worker without a time limit is.
     */
    public Builder rescueStuckJobsAfter(@Nullable Duration rescueStuckJobsAfter) {
      this.rescueStuckJobsAfter = rescueStuckJobsAfter;
      return this;
    }

    /**
     * Whether stuck jobs of kinds this client has no worker for are rescued too, by its own retry
     * policy; false by default: they wait for a leader that knows them. A Go leader discards them.
     */
    public Builder rescueUnknownKinds(boolean rescueUnknownKinds) {
      this.rescueUnknownKinds = rescueUnknownKinds;
      return this;
    }

    /**
     * When indexes are rebuilt: gives the first time after the one it is given. Daily at midnight,
     * UTC, by default.
     */
    public Builder reindexSchedule(UnaryOperator<Instant> reindexSchedule) {
      this.reindexSchedule = Objects.requireNonNull(reindexSchedule, "reindexSchedule");
      return this;
    }

    /** Which indexes are rebuilt; those of {@code river_job} by default, none if empty. */
    public Builder reindexIndexes(List<String> reindexIndexes) {
      this.reindexIndexes = List.copyOf(reindexIndexes);
      return this;
    }

    /** How long the rebuild of one index may take; 1 minute by default, negative means any time. */
    public Builder reindexTimeout(Duration reindexTimeout) {
      this.reindexTimeout = Objects.requireNonNull(reindexTimeout, "reindexTimeout");
      return this;
    }

    /** How often things are done; River's by default. For tests. */
    public Builder intervals(Intervals intervals) {
      this.intervals = Objects.requireNonNull(intervals, "intervals");
      return this;
    }

    /**
     * The configuration.
     *
     * @throws RiverException with {@link RiverError#CONFIG_INVALID}, naming every problem
     */
    public MaintenanceConfig build() {
      List<String> found = new ArrayList<>();
      notTooLong("cancelledJobRetention", cancelledJobRetention, found);
      notTooLong("completedJobRetention", completedJobRetention, found);
      notTooLong("discardedJobRetention", discardedJobRetention, found);
      if (rescueStuckJobsAfter != null) {
        positive("rescueStuckJobsAfter", rescueStuckJobsAfter, found);
      }
      if (reindexTimeout.isZero()) {
        found.add("reindexTimeout is zero: give more, or a negative one for no limit");
      }
      positive("the interval of elections", intervals.election(), found);
      positive("the interval of the scheduler", intervals.scheduler(), found);
      positive("the interval of the rescuer", intervals.rescuer(), found);
      positive("the interval of the cleaner", intervals.cleaner(), found);
      positive("the interval of the queue cleaner", intervals.queueCleaner(), found);
      if (!found.isEmpty()) {
        throw new RiverException(
            RiverError.CONFIG_INVALID, "maintenance configuration: " + String.join("; ", found));
      }
      return new MaintenanceConfig(snapshot());
    }

    private Builder snapshot() {
      var copy = new Builder();
      copy.leaderElection = leaderElection;
      copy.cancelledJobRetention = cancelledJobRetention;
      copy.completedJobRetention = completedJobRetention;
      copy.discardedJobRetention = discardedJobRetention;
      copy.rescueStuckJobsAfter = rescueStuckJobsAfter;
      copy.rescueUnknownKinds = rescueUnknownKinds;
      copy.reindexSchedule = reindexSchedule;
      copy.reindexIndexes = reindexIndexes;
      copy.reindexTimeout = reindexTimeout;
      copy.intervals = intervals;
      return copy;
    }

    private static void positive(String name, Duration length, List<String> found) {
      if (length.compareTo(Duration.ofMillis(1)) < 0) {
        found.add(name + " is " + length + ": give at least 1 ms");
      }
      notTooLong(name, length, found);
    }

    private static void notTooLong(String name, Duration length, List<String> found) {
      if (length.compareTo(LONGEST) > 0) {
        found.add(name + " is " + length + ": give at most 100 years");
      }
    }

    private static Instant nextMidnight(Instant after) {
      return after
          .atZone(ZoneOffset.UTC)
          .toLocalDate()
          .plusDays(1)
          .atTime(LocalTime.MIDNIGHT)
          .toInstant(ZoneOffset.UTC);
    }
  }
}
