package dev.gala.internal.durable;

import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.LiveEvents;
import dev.gala.river.job.JobDeleteParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Live jobs with some metadata. */
final class LiveSelection implements LiveEvents {
  private static final Logger LOG = LoggerFactory.getLogger(LiveSelection.class);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

  private final LiveJobs live;
  private final String metadata;
  private final Predicate<JobRow> meant;

  /**
   * Those that have {@code metadata}.
   *
   * @param meant whether a job that has is to be deleted by a purge
   */
  LiveSelection(LiveJobs live, String metadata, Predicate<JobRow> meant) {
    this.live = live;
    this.metadata = metadata;
    this.meant = meant;
  }

  @Override
  public boolean exist() {
    return !live.jobs()
        .list(live.matching(metadata, LiveJobs.LIVE).limit(1).build())
        .jobs()
        .isEmpty();
  }

  @Override
  public long count() {
    return live.jobs().count(live.matching(metadata, LiveJobs.LIVE).build());
  }

  /**
   * A job may be followed by others until it has ended, and what is to follow is stored before
   * that: so when a whole look finds nothing, nothing is left.
   */
  @Override
  public long purge(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    var round = new Round();
    while (!round.isOver()) {
      if (System.nanoTime() - end > 0) {
        throw new GalaException(
            GalaError.RIVER_LISTENER_CLEANUP_FAILED,
            round.left
                + " event(s) with metadata "
                + metadata
                + " had not ended after "
                + limit
                + ", and were told to; "
                + round.deleted
                + " are deleted: call it again");
      }
      TimeUnit.NANOSECONDS.sleep(LOOK_INTERVAL.toNanos());
    }
    return round.deleted;
  }

  /** A purge under way. For one thread. */
  private final class Round {
    /** Jobs that were told to end. */
    private final Set<Long> told = new HashSet<>();

    private long deleted;
    private int left;

    /** Looks once, and says whether nothing was found any more. */
    boolean isOver() {
      left = 0;
      live.forEachPage(metadata, this::clear);
      deleted += ended();
      return left == 0;
    }

    private void clear(List<JobRow> page) {
      var waiting = new ArrayList<Long>(page.size());
      for (JobRow job : page) {
        if (!meant.test(job)) {
          continue;
        }
        left++;
        if (job.state() != JobState.RUNNING) {
          waiting.add(job.id());
        } else if (told.add(job.id())) {
          tell(job.id());
        }
      }
      deleted += delete(waiting, LiveJobs.WAITING);
    }

    private void tell(long job) {
      try {
        live.jobs().cancel(job);
      } catch (RiverException failure) {
        if (failure.code() != RiverError.NOT_FOUND) {
          throw failure;
        }
        LOG.debug("job {} is gone already", job);
      }
    }

    /** Those that were told to end and have, by that. */
    private long ended() {
      long count = 0;
      List<Long> all = List.copyOf(told);
      for (int from = 0; from < all.size(); from += LiveJobs.PAGE) {
        List<Long> some = all.subList(from, Math.min(all.size(), from + LiveJobs.PAGE));
        count += delete(some, List.of(JobState.CANCELLED));
      }
      return count;
    }

    private int delete(List<Long> ids, List<JobState> states) {
      if (ids.isEmpty()) {
        return 0;
      }
      return live.jobs()
          .deleteMany(JobDeleteParams.builder().ids(ids).states(states).limit(ids.size()).build())
          .size();
    }
  }
}
