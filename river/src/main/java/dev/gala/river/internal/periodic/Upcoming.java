package dev.gala.river.internal.periodic;

import dev.gala.river.internal.lifecycle.Backoff;
import dev.gala.river.worker.PeriodicJob;
import dev.gala.river.worker.PeriodicJobHandle;
import dev.gala.river.worker.PeriodicSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of one definition is still to come, in one term of leadership. A slot is passed only when it
 * is done, and the one after it is counted from it, not from now. For one thread.
 */
final class Upcoming {
  private static final Logger LOG = LoggerFactory.getLogger(Upcoming.class);

  /** The most slots made up for after a stall; older ones are given up. */
  static final int MOST_MISSED = 100;

  /** The most slots looked at to find the newest; beyond, the row begins anew. */
  static final int MOST_WALKED = 10_000;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final PeriodicJobHandle handle;
  private final PeriodicJob<?> job;
  private final Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);

  /** The slot before the next one, or where the row begins. */
  private Instant passed;

  /** The next slot that is not done; null if the schedule has still to be asked. */
  private @Nullable Instant slot;

  /** Whether the next slot was tried, and failed by its own fault. */
  private boolean refused;

  /** Whether the next slot was tried, and somebody's lock was in the way. */
  private boolean held;

  private Instant notBefore = Instant.MIN;

  /** A row that begins at {@code begin}, which is its first slot if the job runs on start. */
  Upcoming(PeriodicJobHandle handle, PeriodicJob<?> job, Instant begin) {
    this.handle = handle;
    this.job = job;
    this.passed = begin.truncatedTo(ChronoUnit.MICROS);
    this.slot = job.runOnStart() ? passed : null;
  }

  /** What the definition is called, in this term and all others. */
  PeriodicJobHandle handle() {
    return handle;
  }

  PeriodicJob<?> job() {
    return job;
  }

  /** The slots that are due, the oldest first. */
  List<Instant> due(Instant now) {
    if (now.isBefore(notBefore)) {
      return List.of();
    }
    askSchedule(now);
    Instant first = slot;
    if (first == null || first.isAfter(now)) {
      return List.of();
    }
    Deque<Instant> due = walk(first, now);
    if (refused && due.size() > 1) {
      LOG.error("{}: given up for {}: it failed until the next was due", job, due.removeFirst());
      refused = false;
    }
    slot = due.peekFirst();
    return List.copyOf(due);
  }

  /** Moves on: {@code done} is inserted, or left out. */
  void done(Instant done) {
    passed = done;
    slot = null;
    refused = false;
    held = false;
    backoff.reset();
  }

  /**
   * Stays: somebody's lock is in the way of {@code slotHeld}. That is not its fault: it is tried
   * again later, however many slots come meanwhile.
   */
  void heldUp(Instant slotHeld, Instant now, Throwable failure) {
    slot = slotHeld;
    held = true;
    pause(now);
    LOG.warn(
        "{}: held up for {}, trying again at {}: {}", job, slotHeld, notBefore, failure.toString());
  }

  /** Whether somebody's lock was in the way of the next slot when it was last tried. */
  boolean held() {
    return held;
  }

  /** Stays: {@code failed} is tried again later, unless the next slot comes before. */
  void refused(Instant failed, Instant now, Throwable failure) {
    boolean again = refused;
    slot = failed;
    refused = true;
    pause(now);
    Instant following = after(failed);
    if (following.isBefore(notBefore)) {
      notBefore = following;
    }
    if (again) {
      String what = failure.toString(); // The trace was told the first time.
      LOG.warn("{}: not inserted for {}, trying again at {}: {}", job, failed, notBefore, what);
    } else {
      LOG.warn("{}: not inserted for {}, trying again at {}", job, failed, notBefore, failure);
    }
  }

  /** When to look again: at the next slot, or after a pause. */
  Instant wake(Instant now) {
    askSchedule(now);
    return slot == null || notBefore.isAfter(slot) ? notBefore : slot;
  }

  /** The newest slots up to now. */
  private Deque<Instant> walk(Instant first, Instant now) {
    Deque<Instant> due = new ArrayDeque<>();
    int walked = 0;
    for (Instant at = first; !at.isAfter(now); at = after(at)) {
      if (walked++ == MOST_WALKED) {
        LOG.warn("{}: over {} slots since {} are given up", job, MOST_WALKED, first);
        passed = now;
        return new ArrayDeque<>();
      }
      due.addLast(at);
      if (due.size() > MOST_MISSED) {
        due.removeFirst();
      }
    }
    if (walked > due.size()) {
      LOG.warn(
          "{}: {} slots from {} on are given up: at most {} are made up for",
          job,
          walked - due.size(),
          first,
          MOST_MISSED);
      refused = false;
    }
    return due;
  }

  /** The slot after {@code at}; never, as far as a walk is concerned, where the schedule fails. */
  private Instant after(Instant at) {
    try {
      return next(at);
    } catch (RuntimeException | Error e) {
      LOG.debug("{}: the schedule failed after {}, and will be asked again", job, at, e);
      return PeriodicSchedule.NEVER;
    }
  }

  private void askSchedule(Instant now) {
    if (slot != null || now.isBefore(notBefore)) {
      return;
    }
    try {
      slot = next(passed);
    } catch (RuntimeException | Error e) {
      pause(now);
      LOG.warn("{}: its schedule failed, asking again at {}", job, notBefore, e);
    }
  }

  private Instant next(Instant at) {
    Instant next = job.schedule().next(at);
    if (!next.isAfter(at) && !next.equals(PeriodicSchedule.NEVER)) {
      throw new IllegalStateException(
          "the schedule gave " + next + " after " + at + ": it must move on");
    }
    return next;
  }

  private void pause(Instant now) {
    notBefore = now.plusNanos(backoff.next());
  }
}
