package dev.gala.river.internal.maintain;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Maintenance.JobDeleteBeforeParams;
import dev.gala.river.driver.Maintenance.JobsDeleted;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes finished jobs when they were kept long enough. */
public final class JobCleaner extends MaintenanceLoop {
  private static final Logger LOG = LoggerFactory.getLogger(JobCleaner.class);
  private static final List<JobState> ENDS =
      List.of(JobState.CANCELLED, JobState.COMPLETED, JobState.DISCARDED);

  private final Driver driver;
  private final Function<JobState, Duration> retention;
  private final Map<JobState, BatchSize> sizes = new EnumMap<>(JobState.class);

  /**
   * A cleaner.
   *
   * @param retention how long jobs of a final state are kept; negative means for ever
   */
  public JobCleaner(
      Driver driver, Pace pace, Threads threads, Function<JobState, Duration> retention) {
    super(threads, "job-cleaner", pace, BATCH);
    this.driver = driver;
    this.retention = retention;
    ENDS.forEach(state -> sizes.put(state, new BatchSize(BATCH)));
  }

  @Override
  void pass() {
    @Nullable RuntimeException first = null;
    for (JobState state : ENDS) {
      try {
        clean(state);
      } catch (RuntimeException e) {
        if (isAway(e)) {
          throw e;
        }
        // What is wrong with jobs of one state keeps nobody from deleting the others.
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private static boolean isAway(RuntimeException failure) {
    return failure instanceof RiverException e
        && (e.code() == RiverError.DATABASE_UNAVAILABLE || e.code() == RiverError.OUTCOME_UNKNOWN);
  }

  private void clean(JobState state) {
    Duration kept = retention.apply(state);
    if (!kept.isNegative() && !stopping()) {
      clean(state, kept);
    }
  }

  private void clean(JobState state, Duration kept) {
    @Nullable Instant from = null;
    boolean full = true;
    while (full && !stopping()) {
      JobsDeleted deleted = delete(state, kept, from);
      if (deleted.count() > 0) {
        LOG.debug("deleted {} {} job(s)", deleted.count(), state.wireName());
        from = deleted.last();
      }
      full = deleted.count() == size(state).rows();
      if (full) {
        rest();
      }
    }
  }

  private BatchSize size(JobState state) {
    return Objects.requireNonNull(sizes.get(state));
  }

  private JobsDeleted delete(JobState state, Duration kept, @Nullable Instant from) {
    return statement(
        size(state),
        rows ->
            driver
                .maintenance()
                .jobDeleteBefore(new JobDeleteBeforeParams(state, kept, from, rows), LIMIT));
  }
}
