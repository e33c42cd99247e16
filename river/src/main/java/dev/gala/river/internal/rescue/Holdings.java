package dev.gala.river.internal.rescue;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a client really holds: claims under way, and attempts from the moment their claim is
 * answered until their end is written. Safe for use by many threads.
 *
 * <p>Every claim is announced before it is sent, and ends when its answer is taken over or will not
 * come: so whoever saw a row running in the database, and then finds that no claim older than that
 * is under way and that the row is not held, knows that it was lost.
 */
public final class Holdings {
  /** No statement of ours goes on for longer after its caller gave up. */
  private static final long DOUBT = TimeUnit.SECONDS.toNanos(60);

  /**
   * What is known of an attempt whose end cannot be written.
   *
   * @param why in words
   * @param last whether the job has no attempt left
   */
  record Spent(String why, boolean last) {}

  private final BooleanSupplier mayClaim;
  private final LongSupplier nanos;
  private final Set<AttemptId> held = ConcurrentHashMap.newKeySet();
  private final Map<AttemptId, Spent> spent = new ConcurrentHashMap<>();
  private final Set<String> queues = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeSet<Long> underWay = new TreeSet<>();
  private long lastClaim;
  private boolean doubtful;
  private long doubtfulUntil;

  /** Nothing, by a client that may always claim. */
  public Holdings() {
    this(() -> true);
  }

  /**
   * Nothing.
   *
   * @param mayClaim whether the client may claim now
   */
  public Holdings(BooleanSupplier mayClaim) {
    this(mayClaim, System::nanoTime);
  }

  Holdings(BooleanSupplier mayClaim, LongSupplier nanos) {
    this.mayClaim = mayClaim;
    this.nanos = nanos;
  }

  /** A claim under way; it must end. */
  public final class Claim {
    private final long number;

    private Claim(long number) {
      this.number = number;
    }

    /** Ends it: these are held from now on. */
    public void brought(Collection<ClaimedJob> jobs) {
      jobs.stream()
          .map(ClaimedJob::job)
          .filter(job -> job.attemptedAt() != null)
          .map(JobRow::attemptId)
          .forEach(held::add);
      end(number, false);
    }

    /** Ends it: what it may have brought will not be known here. */
    public void failed(Throwable failure) {
      boolean refused =
          failure instanceof RiverException e && e.code() != RiverError.OUTCOME_UNKNOWN;
      end(number, !refused);
    }
  }

  /** Whether the client may claim, and begin what it claimed. */
  public boolean mayClaim() {
    return mayClaim.getAsBoolean();
  }

  /** Announces a claim of jobs of {@code queue}, before it is sent. */
  public Claim claimBegins(String queue) {
    queues.add(queue);
    lock.lock();
    try {
      underWay.add(++lastClaim);
      return new Claim(lastClaim);
    } finally {
      lock.unlock();
    }
  }

  /** An attempt's end is written, or may not be written any more. */
  public void settled(AttemptId attemptId) {
    held.remove(attemptId);
  }

  /**
   * An attempt has ended, but its end cannot be written.
   *
   * @param last whether the job has no attempt left, as far as known
   */
  public void spent(AttemptId attemptId, String why, boolean last) {
    spent.put(attemptId, new Spent(why, last));
    held.remove(attemptId);
  }

  /** Whether the attempt is held. */
  boolean holds(AttemptId attemptId) {
    return held.contains(attemptId);
  }

  /** What is known of an attempt that is not held any more; null if it never began. */
  @Nullable Spent spentOf(AttemptId attemptId) {
    return spent.get(attemptId);
  }

  /** Forgets what cannot be written of attempts other than these. */
  void keepSpent(Set<AttemptId> running) {
    spent.keySet().retainAll(running);
  }

  /** Every queue that was ever claimed from. */
  List<String> queues() {
    return List.copyOf(queues);
  }

  /** The number of the newest claim announced. */
  long newestClaim() {
    lock.lock();
    try {
      return lastClaim;
    } finally {
      lock.unlock();
    }
  }

  /** The number of the oldest claim under way; the largest there is if there is none. */
  long oldestUnderWay() {
    lock.lock();
    try {
      return underWay.isEmpty() ? Long.MAX_VALUE : underWay.first();
    } finally {
      lock.unlock();
    }
  }

  /** Of how many attempts it is not written how they ended. */
  int unwritten() {
    return held.size() + spent.size();
  }

  /** Whether nothing is held or could turn up: nobody need look after this client any more. */
  public boolean isClear() {
    lock.lock();
    try {
      boolean doubt = doubtful && nanos.getAsLong() - doubtfulUntil < 0;
      return underWay.isEmpty() && held.isEmpty() && spent.isEmpty() && !doubt;
    } finally {
      lock.unlock();
    }
  }

  private void end(long number, boolean unknown) {
    lock.lock();
    try {
      underWay.remove(number);
      if (unknown) {
        doubtful = true;
        doubtfulUntil = nanos.getAsLong() + DOUBT;
      }
    } finally {
      lock.unlock();
    }
  }
}
