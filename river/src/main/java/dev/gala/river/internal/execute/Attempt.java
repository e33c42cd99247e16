package dev.gala.river.internal.execute;

import dev.gala.river.job.JobRow;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One attempt under way: its row, its thread, and what it has staged. */
final class Attempt {
  /** Why a worker's thread was interrupted. */
  enum Interruption {
    /** The job's cancellation was asked for. */
    CANCEL,
    /** The client is stopping. */
    STOP,
    /** The attempt's time is over. */
    TIMEOUT
  }

  private final JobRow job;
  private final StagedMetadata metadata = new StagedMetadata();
  private final AtomicReference<@Nullable Interruption> interruption = new AtomicReference<>();
  private volatile @Nullable Instant deadline;
  private volatile @Nullable Thread thread;

  Attempt(JobRow job) {
    this.job = job;
  }

  /** Says, before it starts, which thread will run the attempt. */
  void runsOn(Thread thread) {
    this.thread = thread;
  }

  JobRow job() {
    return job;
  }

  StagedMetadata metadata() {
    return metadata;
  }

  @Nullable Interruption interruption() {
    return interruption.get();
  }

  @Nullable Instant deadline() {
    return deadline;
  }

  void deadline(Instant deadline) {
    this.deadline = deadline;
  }

  /**
   * Interrupts the worker; the first reason is the one that counts. A worker that swallowed the end
   * of its time is interrupted again by a stop.
   */
  void interrupt(Interruption reason) {
    Thread worker = thread;
    boolean first = interruption.compareAndSet(null, reason);
    if ((first || reason == Interruption.STOP) && worker != null) {
      worker.interrupt();
    }
  }
}
