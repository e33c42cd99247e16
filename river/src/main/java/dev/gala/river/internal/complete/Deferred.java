package dev.gala.river.internal.complete;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends that wait until they are tried again: those that have just come soon, those tried in vain
 * later and later. For one thread.
 */
final class Deferred {
  private final long first;
  private final long longest;
  private List<Completion> neverWritten = new ArrayList<>();
  private List<Completion> maybeWritten = new ArrayList<>();
  private boolean beingTried;
  private long pause;
  private long due;
  private long since;

  /**
   * Nothing yet.
   *
   * @param first the pause before the first try; it doubles
   * @param longest but goes no further
   */
  Deferred(Duration first, Duration longest) {
    this.first = first.toNanos();
    this.longest = longest.toNanos();
  }

  /**
   * Adds an end: one that has just come, or one that was taken and tried in vain.
   *
   * @param again whether it may have been written before
   */
  void add(Completion end, boolean again, long now) {
    if (!beingTried && size() == 0) {
      since = now;
      pause = first;
      due = now + first;
    } else if (!beingTried) {
      due = Math.min(due, now + first);
    }
    (again ? maybeWritten : neverWritten).add(end);
  }

  int size() {
    return neverWritten.size() + maybeWritten.size();
  }

  /** How long there has been something, without a break. */
  long age(long now) {
    return size() == 0 ? 0 : now - since;
  }

  /**
   * Whether what is being tried now is tried in vain for so long: itself, or others before it
   * without a break.
   */
  boolean triedFor(long nanos, long now) {
    return beingTried && now - since >= nanos;
  }

  /** How long there is nothing to be done; zero or less means now. */
  long nanosUntilDue(long now) {
    return size() == 0 ? Long.MAX_VALUE : due - now;
  }

  /** Takes all, to be tried now. What is tried in vain is added again; {@link #tried} follows. */
  List<Batch> take(Instant at) {
    var batches = new ArrayList<>(Batch.of(neverWritten, at, false));
    batches.addAll(Batch.of(maybeWritten, at, true));
    clear();
    beingTried = true;
    return batches;
  }

  /** Says that all that was taken has been tried. */
  void tried(long now) {
    beingTried = false;
    pause = Math.min(pause * 2, longest);
    due = now + pause;
  }

  /** All of them. */
  List<Completion> ends() {
    var all = new ArrayList<>(neverWritten);
    all.addAll(maybeWritten);
    return all;
  }

  /** Drops all. */
  void clear() {
    neverWritten = new ArrayList<>();
    maybeWritten = new ArrayList<>();
  }

  /** Any of them; there must be one. */
  Completion any() {
    return neverWritten.isEmpty() ? maybeWritten.getFirst() : neverWritten.getFirst();
  }
}
