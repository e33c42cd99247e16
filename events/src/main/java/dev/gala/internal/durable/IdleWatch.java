package dev.gala.internal.durable;

import dev.gala.river.Jobs;
import dev.gala.river.job.JobListOrder;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Waits until nothing is left to do in some queues but what is due later. */
public final class IdleWatch {
  private static final int LOOKS = 3;
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

  private final Jobs jobs;
  private final List<String> queues;
  private final InstantSource clock;

  /** Watches {@code queues}, whatever kinds of jobs they hold and whoever works them. */
  public IdleWatch(Jobs jobs, Collection<String> queues, InstantSource clock) {
    this.jobs = jobs;
    this.queues = List.copyOf(queues);
    this.clock = clock;
  }

  /**
   * Waits for three looks in a row, 50 ms apart, that find nothing.
   *
   * @return whether that came about in time
   */
  public boolean await(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    int looks = 0;
    while (true) {
      long began = System.nanoTime();
      looks = isIdle() ? looks + 1 : 0;
      if (looks == LOOKS) {
        return true;
      }
      long now = System.nanoTime();
      // A look that takes long is a burden to the database: it has a pause as long.
      long pause = Math.max(LOOK_INTERVAL.toNanos(), now - began);
      if (end - now <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(Math.min(pause, end - now));
    }
  }

  private boolean isIdle() {
    List<JobState> now = List.of(JobState.AVAILABLE, JobState.PENDING, JobState.RUNNING);
    if (!first(JobListParams.builder().states(now)).isEmpty()) {
      return false;
    }
    List<JobState> later = List.of(JobState.RETRYABLE, JobState.SCHEDULED);
    return first(JobListParams.builder().states(later).order(JobListOrder.SCHEDULED_AT)).stream()
        .allMatch(job -> job.scheduledAt().isAfter(clock.instant()));
  }

  private List<JobRow> first(JobListParams.Builder params) {
    return jobs.list(params.queues(queues).limit(1).build()).jobs();
  }
}
