package dev.gala.river.internal.execute;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.internal.complete.Completion;
import dev.gala.river.internal.complete.Report;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One attempt under way: its row, its thread, and what it has staged. */
final class Attempt {
  /** Why a worker's thread was interrupted. */
  enum Interruption {
    /** The job's cancellation was asked for. */
    CANCEL,
    /** The client may be taken for dead, and others may put the job back. */
    CUT_OFF,
    /** The client is stopping. */
    STOP,
    /** The attempt's time is over. */
    TIMEOUT
  }

  /** Whether it has gone on beyond all patience. */
  private enum Standing {
    RUNS,
    STUCK,
    ENDED
  }

  private final JobRow job;
  private final @Nullable String undecodable;
  private final long startedAt = System.nanoTime();
  private final StagedMetadata metadata = new StagedMetadata();
  private final AtomicReference<@Nullable Interruption> interruption = new AtomicReference<>();
  private final AttemptStaging staging;
  private final AtomicReference<Standing> standing = new AtomicReference<>(Standing.RUNS);
  private final AtomicBoolean slotFreed = new AtomicBoolean();
  private final Slot slot;
  private volatile @Nullable Worker<?> worker;
  private volatile boolean completedByWorker;
  private volatile Completion.Deletion.Row row = Completion.Deletion.Row.THERE;
  private volatile boolean deletedWhenCompleted;
  private volatile @Nullable Instant deadline;
  private volatile @Nullable Thread thread;
  private volatile @Nullable Consumer<Callable<Outcome>> elsewhere;
  private volatile boolean bare;
  private volatile boolean left;

  /** An attempt at a claimed job. */
  Attempt(ClaimedJob claimed, Slot slot) {
    this.job = claimed.job();
    this.undecodable = claimed.undecodable();
    this.slot = slot;
    this.staging = new AttemptStaging(job, metadata);
    this.deletedWhenCompleted = slot.deletesCompleted();
  }

  /** Says, before it starts, which thread will run the attempt. */
  void runsOn(Thread thread) {
    this.thread = thread;
  }

  /** Says, before it starts, how it goes on when its thread is left. */
  void goesOn(Consumer<Callable<Outcome>> elsewhere) {
    this.elsewhere = elsewhere;
  }

  /** Says, before the worker is called, whether nothing stands around it. */
  void bare(boolean bare) {
    this.bare = bare;
  }

  /** Whether its thread can be left. */
  boolean canLeave() {
    return bare && elsewhere != null;
  }

  /** From now on what the worker returns counts for nothing. */
  void leave() {
    if (!canLeave()) {
      throw new IllegalStateException(
          "job " + job.id() + ": something around its worker has to end on the worker's thread");
    }
    left = true;
  }

  /** Whether the thread that its worker was called on is not its own any more. */
  boolean isLeft() {
    return left;
  }

  /** Leaves its thread, and goes on with {@code rest} on another. */
  void goOn(Callable<Outcome> rest) {
    leave();
    Objects.requireNonNull(elsewhere).accept(rest);
  }

  /** Frees the slot, if it is not free already. */
  void freeSlot() {
    if (slotFreed.compareAndSet(false, true)) {
      slot.freed();
    }
  }

  JobRow job() {
    return job;
  }

  /** Why the row could not be read; null if it could. */
  @Nullable String undecodable() {
    return undecodable;
  }

  StagedMetadata metadata() {
    return metadata;
  }

  /** Steps and log. */
  AttemptStaging staging() {
    return staging;
  }

  /** Who works it, as soon as the arguments are read. */
  @Nullable Worker<?> worker() {
    return worker;
  }

  void worker(Worker<?> worker) {
    this.worker = worker;
  }

  /** Whether the worker wrote its completion itself, in a transaction that may be rolled back. */
  boolean completedByWorker() {
    return completedByWorker;
  }

  void completedByWorker(boolean completed) {
    this.completedByWorker = completed;
    this.row =
        completed && deletedWhenCompleted()
            ? Completion.Deletion.Row.MAYBE_GONE
            : Completion.Deletion.Row.THERE;
  }

  /** Says that the worker's transaction completes the job, for the database keeps its row. */
  void completedAndKept() {
    completedByWorker = true;
    row = Completion.Deletion.Row.THERE;
  }

  /** Says that the worker's transaction was committed. */
  void completionCommitted() {
    if (row == Completion.Deletion.Row.MAYBE_GONE) {
      row = Completion.Deletion.Row.GONE;
    }
  }

  /** Whether there is a row, or the worker has completed the job by deleting it. */
  Completion.Deletion.Row row() {
    return row;
  }

  /**
   * Whether its row is to be deleted if it ends well: its queue says so, or its worker. Never if
   * the row, once completed, goes on holding a unique key: others would come in its place.
   */
  boolean deletedWhenCompleted() {
    return deletedWhenCompleted && !job.uniqueStates().contains(JobState.COMPLETED);
  }

  /** Whether its row is to be deleted if it ends well, whatever its queue says. */
  void deleteWhenCompleted(boolean delete) {
    deletedWhenCompleted = delete;
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

  /** Takes it for stuck; false if it has ended. */
  boolean markStuck() {
    return standing.compareAndSet(Standing.RUNS, Standing.STUCK);
  }

  /** Says that it has ended; true if it was stuck. */
  boolean end() {
    boolean wasStuck = standing.getAndSet(Standing.ENDED) == Standing.STUCK;
    freeSlot();
    slot.ended();
    return wasStuck;
  }

  /** What to tell of its end, which is now. */
  Report report(RiverEvent.Kind kind) {
    long now = System.nanoTime();
    Instant claimed = job.attemptedAt();
    boolean waited = claimed != null && claimed.isAfter(job.scheduledAt());
    Duration wait = waited ? Duration.between(job.scheduledAt(), claimed) : Duration.ZERO;
    return new Report(job, kind, wait, Duration.ofNanos(now - startedAt), now);
  }

  /**
   * Interrupts the worker. A cancellation is the reason that counts, whenever it comes; otherwise
   * the first is. A worker that swallowed the end of its time is interrupted again by a
   * cancellation, by a stop, or when the client is cut off.
   */
  void interrupt(Interruption reason) {
    Interruption before =
        interruption.getAndUpdate(
            now -> now == null || reason == Interruption.CANCEL ? reason : now);
    boolean anew =
        switch (reason) {
          case CANCEL -> before != Interruption.CANCEL;
          case CUT_OFF, STOP -> true;
          case TIMEOUT -> before == null;
        };
    Thread worker = thread;
    if (anew && worker != null) {
      worker.interrupt();
    }
  }
}
