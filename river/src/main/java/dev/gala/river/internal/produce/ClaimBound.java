package dev.gala.river.internal.produce;

import dev.gala.river.driver.ClaimStart;
import dev.gala.river.driver.ClaimedJob;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Where a producer's claims start: pure rules, for one thread but for {@link #forget}, on
 * nanosecond times. Why so: {@code docs/design/claims.md}.
 *
 * <ul>
 *   <li>From the beginning of the queue, as long as that is quick.
 *   <li>After a claim from the beginning that was slow, where the queue has been claimed up to.
 *       When twenty times as long has passed, or a second, and something may have been passed over,
 *       a {@link LookBack} is due at what comes before. If it finds something, the next claim is
 *       due at once, and from the beginning; if it finds nothing and was quick, all claims are.
 *   <li>From the beginning after one that was hardly quicker for starting later: the server is
 *       slow, or far away. Three times in a row, and it is tried once a second.
 *   <li>From the beginning after anything that may have put rows anywhere.
 * </ul>
 */
final class ClaimBound {
  /**
   * What a claim may take for each of its rows, and besides. Little for each: a large claim would
   * hide how much it passes over, and one taken for slow in error costs three tries.
   */
  static final long ROW = TimeUnit.MICROSECONDS.toNanos(25);

  static final long SLOW = TimeUnit.MILLISECONDS.toNanos(4);

  /** For so many times the duration of a slow claim, or of a look, none is due. */
  static final int SPARED = 20;

  /** But no longer than this. */
  static final long LONGEST = TimeUnit.SECONDS.toNanos(1);

  /** When the server has ended a look, after so long: it reads for half a minute. */
  static final long AFTER_TOO_SLOW = TimeUnit.MINUTES.toNanos(1);

  private static final int TRIES = 3;

  private final ClaimPlaces places;
  private volatile boolean forgotten;
  private boolean bounded;
  private long beganAtTheBeginning;
  private long lookedAt;
  private long lookTook;
  private boolean tooSlow;
  private long lookExcess;

  /** Whether a look found something that no claim came for yet. */
  private boolean found;

  /** Whether any claim started at a place since what was last looked at. */
  private boolean claimedSince;

  private long claimedAt;

  /** Whether such claims left something, perhaps, that no other is to be made for. */
  private boolean passedOver;

  private int inVain;
  private long tryAgainAt;

  /** Claims begin at the beginning. */
  ClaimBound(long now) {
    this.places = new ClaimPlaces(now);
  }

  /** Says that there may be rows anywhere. Safe for many threads. */
  void forget() {
    forgotten = true;
  }

  /** Where the next claim is to start; empty means at the beginning. */
  List<ClaimStart> starts(long now) {
    if (forgotten || found) {
      forgotten = false;
      return List.of();
    }
    return bounded ? places.starts(now) : List.of();
  }

  /** Whether claims start at places, as far as they are known. */
  boolean isBounded() {
    return bounded;
  }

  /** What to look before, if a look is due; empty if none is. */
  List<ClaimStart> placesToLookBefore(long now) {
    return bounded && claimedSince && !forgotten && !found && now - lookAt() >= 0
        ? places.starts(now)
        : List.of();
  }

  /**
   * How long the next look, or the next claim if there is none, may wait at most for what may have
   * been passed over.
   */
  long nanosUntilLook(long now) {
    if (found) {
      return 0;
    }
    return passedOver ? lookAt() - now : Long.MAX_VALUE;
  }

  /** Notes a look, unless claims begin at the beginning, or one did since it was begun. */
  void looked(LookBack.Result look) {
    if (!bounded || beganAtTheBeginning - look.begun() >= 0) {
      return;
    }
    lookedAt = look.over();
    lookTook = Math.min(look.took(), LONGEST);
    tooSlow = look.finding() == LookBack.Finding.TOO_SLOW;
    found = look.finding() == LookBack.Finding.SOMETHING;
    if (look.finding() == LookBack.Finding.NOTHING) {
      foundNothing(look);
    }
  }

  /** It has read all that claims are spared. */
  private void foundNothing(LookBack.Result look) {
    if (claimedAt - look.begun() <= 0) {
      claimedSince = false;
      passedOver = false;
    }
    lookExcess = lookTook;
    bounded = lookTook > SLOW;
  }

  /** Notes a claim of at most {@code asked} jobs. */
  void claimed(long begun, long over, List<ClaimStart> starts, int asked, List<ClaimedJob> jobs) {
    boolean full = jobs.size() == asked;
    places.claimed(over, starts, full, jobs);
    long took = Math.min(over - begun, LONGEST);
    long excess = Math.max(took - ROW * jobs.size(), 0);
    if (starts.isEmpty()) {
      beganAtTheBeginning = begun;
      lookedAt = over;
      lookTook = took;
      lookExcess = excess;
      tooSlow = false;
      found = false;
      claimedSince = false;
      passedOver = false;
      bounded = excess > SLOW && (inVain < TRIES || over - tryAgainAt >= 0);
      return;
    }
    claimedSince = true;
    claimedAt = over;
    // After a full one there is another in any case, before which a look may be due.
    passedOver = !full;
    if (starts.size() == ClaimStart.PRIORITIES) {
      compare(over, excess);
    } else {
      // It goes on with a claim from the beginning that was full before it came to all priorities.
      lookTook = Math.min(lookTook + took, LONGEST);
    }
  }

  private long lookAt() {
    return lookedAt + (tooSlow ? AFTER_TOO_SLOW : Math.min(SPARED * lookTook, LONGEST));
  }

  private void compare(long over, long excess) {
    if (excess <= lookExcess / 2) {
      inVain = 0;
      return;
    }
    bounded = false;
    inVain = Math.min(inVain + 1, TRIES);
    tryAgainAt = over + LONGEST;
  }
}
