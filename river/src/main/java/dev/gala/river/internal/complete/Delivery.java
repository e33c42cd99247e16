package dev.gala.river.internal.complete;

import dev.gala.river.internal.lifecycle.Backoff;
import dev.gala.river.internal.lifecycle.Complaints;
import dev.gala.river.internal.rescue.Holdings;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings ends into the database, whatever comes in between. For one thread.
 *
 * <ul>
 *   <li>What the database refuses for what is in it is found by halving, and told in the job.
 *   <li>A row that it does not let go is completed, and stays: one that it refuses to delete, all
 *       of a batch if it may delete none of them, and one that is still there after a while
 *       although nothing was said. What keeps it may be a lock, but also a trigger, a policy, or
 *       somebody's open transaction that refers to it, and lets it be completed.
 *   <li>What breaks the connection again and again may do so by its size, and what the database
 *       says again and again may be said by a trigger of one row: it is halved too, and a single
 *       end that goes on failing waits aside.
 *   <li>What somebody has locked waits aside.
 *   <li>Everything else is tried for ever.
 * </ul>
 */
final class Delivery {
  /** How long failures are borne with. */
  interface Patience {
    /** Waits; false, at once, if that would be too long. */
    boolean pause(long nanos);

    /** Takes note of a failure, for those who ask how things are. */
    void fails(Throwable failure);

    /** Takes note that it works. */
    void works();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  /** So often in a row the same statement may fail before it is taken for the cause. */
  private static final int TRIES_AS_A_WHOLE = 3;

  private static final long LOCKED_FOR_LONG = TimeUnit.SECONDS.toNanos(1);
  private static final long BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

  private final CompletionWriter writer;
  private final InstantSource clock;
  private final Holdings holdings;
  private final Patience patience;
  private final Deferred locked = new Deferred(Duration.ofMillis(100), Duration.ofSeconds(2));
  private final Failing failing = new Failing();
  private final Complaints tries = new Complaints();
  private final Complaints halvings = new Complaints();
  private final Complaints goingAside = new Complaints();
  private final Complaints keeping = new Complaints();
  private boolean warned;
  private long lastWarning;

  /**
   * A delivery.
   *
   * @param holdings is told of every attempt whose end is written, or cannot be
   */
  Delivery(CompletionWriter writer, InstantSource clock, Holdings holdings, Patience patience) {
    this.writer = writer;
    this.clock = clock;
    this.holdings = holdings;
    this.patience = patience;
  }

  /**
   * Writes ends.
   *
   * @return how many are neither written nor wait aside, because patience was at its end
   */
  int deliver(List<Completion> ends) {
    return writeAll(Batch.of(ends, clock.instant(), false));
  }

  /** How many wait aside. */
  int aside() {
    return locked.size() + failing.size();
  }

  /** How long none of those aside need be tried; zero or less means now. */
  long nanosUntilDue() {
    long now = System.nanoTime();
    return Math.min(locked.nanosUntilDue(now), failing.nanosUntilDue(now));
  }

  /**
   * Tries those aside that are due.
   *
   * @param forTheLastTime whether all of those that failed each time are to be tried, instead of
   *     the first until one fails again
   * @return as {@link #deliver}
   */
  int deliverDue(boolean forTheLastTime) {
    int left = 0;
    if (locked.nanosUntilDue(System.nanoTime()) <= 0) {
      left = writeAll(locked.take(clock.instant()));
      locked.tried(System.nanoTime());
      warnOfLocks(System.nanoTime());
    }
    if (left == 0 && failing.nanosUntilDue(System.nanoTime()) <= 0) {
      tryFailing(forTheLastTime);
    }
    return left;
  }

  private void tryFailing(boolean all) {
    boolean goOn = true;
    for (int left = failing.size(); left > 0 && goOn; left--) {
      goOn = tryOnce(failing.next()) || all;
    }
    if (failing.size() == 0) {
      goingAside.over();
    }
  }

  /** Gives up on those aside, and says so. */
  void giveUpAside() {
    if (aside() > 0) {
      LOG.error(
          "the ends of {} attempts could not be written for longer than a stop waits, because"
              + " somebody has locked their rows or the database failed each time: their jobs will be"
              + " rescued and run again; one is {}",
          aside(),
          (locked.size() > 0 ? locked.any() : failing.any()).attemptId());
    }
    locked.ends().forEach(end -> spent(end, "its row was locked by somebody"));
    failing.ends().forEach(end -> spent(end, "the database failed each time"));
    locked.clear();
    failing.clear();
  }

  private int writeAll(List<Batch> batches) {
    for (int i = 0; i < batches.size(); i++) {
      if (!write(batches.get(i))) {
        // Of this batch itself, what is not written is said where that was found.
        batches.subList(i + 1, batches.size()).forEach(this::givenUp);
        return batches.subList(i, batches.size()).stream().mapToInt(Batch::size).sum();
      }
    }
    return 0;
  }

  /** Writes a batch, again and again until it is written; false if patience was at its end. */
  private boolean write(Batch given) {
    var backoff = new Backoff();
    Batch batch = given;
    int suspected = 0;
    while (true) {
      try {
        settle(batch, writer.write(batch));
        patience.works();
        tries.over();
        failing.worked(System.nanoTime());
        return true;
      } catch (RuntimeException | Error e) {
        if (isOfTheBatch(e)) {
          return batch.size() > 1 ? writeHalves(batch, e) : writeRefused(batch, e);
        }
        if (mayNotDelete(batch, e)) {
          return writeKept(batch, e);
        }
        batch = batch.triedBefore(mayBeWritten(e));
        suspected = mayBeOfTheBatch(e) ? suspected + 1 : 0;
        if (suspected >= TRIES_AS_A_WHOLE) {
          return batch.size() > 1 ? writeHalves(batch, e) : putAside(batch, e);
        }
        patience.fails(e);
        long pause = backoff.next();
        LOG.atLevel(tries.level("tried"))
            .log(
                "the ends of {} attempts could not be written, trying again in {} ms: {}",
                batch.size(),
                TimeUnit.NANOSECONDS.toMillis(pause),
                e.getMessage());
        if (!patience.pause(pause)) {
          givenUp(batch);
          return false;
        }
      }
    }
  }

  /** Tries one that waits aside; false if it has to go on doing so. */
  private boolean tryOnce(Completion end) {
    long begun = System.nanoTime();
    var batch = new Batch(List.of(end), clock.instant(), true);
    try {
      settle(batch, writer.write(batch));
      failing.worked(System.nanoTime());
      return true;
    } catch (RuntimeException | Error e) {
      if (isOfTheBatch(e)) {
        writeRefused(batch, e);
        return true;
      }
      failing.failed(end, begun, System.nanoTime());
      tellAside(end, e);
      return false;
    }
  }

  private void givenUp(Batch batch) {
    batch.ends().forEach(end -> spent(end, "the database was away"));
  }

  private void spent(Completion end, String why) {
    boolean last =
        switch (end) {
          case Completion.Success success -> false;
          case Completion.Deletion deletion -> false;
          case Completion.Full full -> full.lastAttempt();
          case Completion.Unwritable unwritable -> unwritable.lastAttempt();
        };
    holdings.spent(end.attemptId(), why, last);
  }

  /** Finds out why some of a batch were not written. */
  private void settle(Batch batch, List<Completion> missing) {
    if (missing.isEmpty()) {
      batch.ends().forEach(end -> holdings.settled(end.attemptId()));
      return;
    }
    settleWritten(batch, missing);
    long now = System.nanoTime();
    Map<AttemptId, JobState> states;
    try {
      states = writer.look(missing);
    } catch (RuntimeException | Error e) {
      LOG.debug("why {} outcomes were not written is found out later", missing.size(), e);
      missing.forEach(end -> locked.add(end, batch.again(), now));
      return;
    }
    var gone = new ArrayList<Completion>();
    for (Completion end : missing) {
      JobState state = states.get(end.attemptId());
      if (state == JobState.RUNNING) {
        locked.add(keptAfterAWhile(end, batch, now), batch.again(), now);
      } else if (state != null && state.isFinal() && hasMore(end)) {
        locked.add(inFull(end, batch), batch.again(), now);
      } else if (state == null && mayBeDeleted(end, batch)) {
        gone.add(end);
      } else {
        lost(end, batch);
      }
    }
    settleDeleted(gone, batch);
  }

  /** What is not deleted, nobody says why, is not tried for ever: completing it may be possible. */
  private Completion keptAfterAWhile(Completion end, Batch batch, long now) {
    if (!(end instanceof Completion.Deletion deletion) || !locked.triedFor(LOCKED_FOR_LONG, now)) {
      return end;
    }
    LOG.atLevel(keeping.level("still there"))
        .log(
            "{} ended well, but its row could not be deleted for a while: it is completed instead, and"
                + " stays. Somebody has locked it, or refers to it in a transaction that is open, or a"
                + " trigger or policy keeps it: let none of yours do so with jobs that are deleted on"
                + " completion",
            deletion.attemptId());
    return deletion.inFull(clock.instant(), batch.again());
  }

  private void lost(Completion end, Batch batch) {
    holdings.settled(end.attemptId());
    if (!batch.again()) {
      LOG.warn(
          "{} had lost its claim (rescued, or ended by another hand): its outcome is dropped",
          end.attemptId());
    }
  }

  /** Whether an end of which there is no row may be written for just that reason. */
  private static boolean mayBeDeleted(Completion end, Batch batch) {
    return switch (end) {
      case Completion.Deletion deletion ->
          deletion.row() != Completion.Deletion.Row.THERE || batch.again();
      case Completion.Full full -> full.maybeDeleted();
      case Completion.Success success -> false;
      case Completion.Unwritable unwritable -> false;
    };
  }

  private void settleDeleted(List<Completion> ends, Batch batch) {
    if (ends.isEmpty()) {
      return;
    }
    Set<Completion> deleted;
    try {
      deleted = Set.copyOf(writer.tellDeleted(ends, batch.at()));
    } catch (RuntimeException | Error e) {
      LOG.debug("whether {} jobs were deleted is found out later", ends.size(), e);
      ends.forEach(end -> locked.add(end, batch.again(), System.nanoTime()));
      return;
    }
    for (Completion end : ends) {
      if (deleted.contains(end)) {
        holdings.settled(end.attemptId());
      } else {
        lost(end, batch);
      }
    }
  }

  private void settleWritten(Batch batch, List<Completion> missing) {
    Set<AttemptId> left = missing.stream().map(Completion::attemptId).collect(Collectors.toSet());
    for (Completion end : batch.ends()) {
      if (!left.contains(end.attemptId())) {
        holdings.settled(end.attemptId());
      }
    }
  }

  /** Whether anything is to be written or told although the job has ended. */
  private static boolean hasMore(Completion end) {
    return end.report() != null
        || (end instanceof Completion.Full full && full.params().metadata() != null)
        || (end instanceof Completion.Deletion deletion && deletion.metadata() != null);
  }

  private static Completion inFull(Completion end, Batch batch) {
    return switch (end) {
      case Completion.Success success -> success.inFull(batch.at());
      case Completion.Deletion deletion -> deletion.inFull(batch.at(), batch.again());
      case Completion.Full full -> full;
      case Completion.Unwritable unwritable -> unwritable;
    };
  }

  /**
   * Whether a failure is about what is in the batch: refused by the database, or a surprise on the
   * way there. Whatever else the database says passes, and is waited for.
   */
  private static boolean isOfTheBatch(Throwable failure) {
    return !(failure instanceof RiverException e) || e.code() == RiverError.ROW_REFUSED;
  }

  /**
   * Whether it could be: the connection broke, the statement took too long or met a lock, or a
   * trigger said whatever it liked.
   */
  private static boolean mayBeOfTheBatch(Throwable failure) {
    return failure instanceof RiverException e
        && switch (e.code()) {
          case DATABASE, OUTCOME_UNKNOWN, ROW_LOCKED, SCHEMA_OUTDATED, TIMED_OUT -> true;
          default -> false;
        };
  }

  /** Whether it says that this client may delete no row, as it does who lacks the privilege. */
  private static boolean mayNotDelete(Batch batch, Throwable failure) {
    return batch.deletes()
        && !batch.gone()
        && failure instanceof RiverException e
        && !e.isTransient()
        && (e.code() == RiverError.DATABASE || e.code() == RiverError.SCHEMA_OUTDATED);
  }

  /** Whether something may have been written nevertheless. */
  private static boolean mayBeWritten(Throwable failure) {
    return !(failure instanceof RiverException e) || e.code() == RiverError.OUTCOME_UNKNOWN;
  }

  private boolean writeHalves(Batch batch, Throwable failure) {
    LOG.atLevel(halvings.level("halved"))
        .setCause(failure)
        .log("a batch of {} outcomes failed, writing its halves", batch.size());
    return writeAll(batch.triedBefore(mayBeWritten(failure)).halves()) == 0;
  }

  private boolean putAside(Batch batch, Throwable failure) {
    // What cannot be deleted, for whatever a trigger of one row says, may be completed.
    Completion end = batch.keeping().ends().getFirst();
    failing.add(end, System.nanoTime());
    tellAside(end, failure);
    return true;
  }

  private void tellAside(Completion end, Throwable failure) {
    LOG.atLevel(goingAside.level("aside"))
        .log(
            "the end of {} could not be written, others go before it ({} such ends wait): {}",
            end.attemptId(),
            failing.size(),
            failure.getMessage());
    patience.fails(failure);
  }

  private boolean writeRefused(Batch batch, Throwable refusal) {
    Completion refused = batch.ends().getFirst();
    if (refused instanceof Completion.Deletion) {
      return writeKept(batch, refusal);
    }
    LOG.error("the outcome of {} cannot be written", refused.attemptId(), refusal);
    return switch (refused) {
      case Completion.Success success -> writeUnwritable(success, false, refusal);
      case Completion.Deletion deletion -> writeUnwritable(deletion, false, refusal);
      case Completion.Full full -> writeUnwritable(full, full.lastAttempt(), refusal);
      case Completion.Unwritable unwritable -> {
        LOG.error("{} stays running until it is rescued", unwritable.attemptId());
        spent(unwritable, unwritable.reason());
        yield true;
      }
    };
  }

  /** What succeeded has succeeded, whoever still refers to its row. */
  private boolean writeKept(Batch batch, Throwable refusal) {
    LOG.atLevel(keeping.level("kept"))
        .log(
            "{} jobs ended well, but the database does not let their rows be deleted: they are"
                + " completed, and stay; one is that of {}. Grant DELETE on river_job to this client's"
                + " role, and let nothing of yours refer to, or keep, jobs that are deleted on"
                + " completion: {}",
            batch.size(),
            batch.ends().getFirst().attemptId(),
            refusal.getMessage());
    return write(batch.triedBefore(mayBeWritten(refusal)).keeping());
  }

  private boolean writeUnwritable(Completion refused, boolean lastAttempt, Throwable refusal) {
    String reason = String.valueOf(refusal.getMessage());
    Report report = refused.report();
    var unwritable =
        new Completion.Unwritable(
            refused.attemptId(), lastAttempt, reason, report == null ? null : report.failed());
    return write(new Batch(List.of(unwritable), clock.instant(), true));
  }

  /** Locks of a moment are everyday; of longer ones somebody should know. */
  private void warnOfLocks(long now) {
    if (locked.age(now) < LOCKED_FOR_LONG || (warned && now - lastWarning < BETWEEN_WARNINGS)) {
      return;
    }
    warned = true;
    lastWarning = now;
    LOG.warn(
        "{} outcomes wait because somebody has locked their rows, one is that of {}",
        locked.size(),
        locked.any().attemptId());
  }
}
