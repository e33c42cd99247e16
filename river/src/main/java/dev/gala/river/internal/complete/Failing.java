package dev.gala.river.internal.complete;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Ends that the database failed each time. Either something is wrong with them, and others must not
 * wait for them; or the database has failed everybody, and once it is mended none of them should
 * wait any longer. So they are tried one after the other until one fails again; the next one begins
 * after a pause, that is the longer the more time the failure took. If nothing else was written
 * either, all are due as soon as something is. For one thread.
 */
final class Failing {
  private static final long FIRST = Duration.ofSeconds(1).toNanos();

  /** While failures come at once, which costs nobody much. */
  private static final long LONGEST = Duration.ofSeconds(5).toNanos();

  private static final long LONGEST_AFTER_SLOW = Duration.ofMinutes(1).toNanos();

  /** A failure may take a tenth of the time, for others wait meanwhile. */
  private static final int SHARE = 10;

  private final Deque<Completion> ends = new ArrayDeque<>();
  private long pause;
  private long due;

  /** Whether anything was written since the last failure. */
  private boolean worked;

  /** Whether nothing was, between the last two. */
  private boolean nothingWorks;

  /** Adds an end that was tried in vain. */
  void add(Completion end, long now) {
    if (ends.isEmpty()) {
      pause = FIRST;
      due = now + FIRST;
    }
    ends.addLast(end);
    note();
  }

  /**
   * Takes the one to be tried now; there must be one. {@link #failed} or {@link #worked} follows.
   */
  Completion next() {
    return ends.removeFirst();
  }

  /** Takes back what was tried in vain, from {@code begun} to {@code now}. */
  void failed(Completion end, long begun, long now) {
    ends.addLast(end);
    long afterSlow = Math.min(SHARE * (now - begun), LONGEST_AFTER_SLOW);
    due = now + Math.max(pause, afterSlow);
    pause = Math.min(pause * 2, LONGEST);
    note();
  }

  private void note() {
    nothingWorks = !worked;
    worked = false;
  }

  /** Says that something was written, these or others. */
  void worked(long now) {
    worked = true;
    if (nothingWorks) {
      nothingWorks = false;
      pause = FIRST;
      due = now;
    }
  }

  int size() {
    return ends.size();
  }

  /** How long there is nothing to be done; zero or less means now. */
  long nanosUntilDue(long now) {
    return ends.isEmpty() ? Long.MAX_VALUE : due - now;
  }

  /** All of them. */
  List<Completion> ends() {
    return List.copyOf(ends);
  }

  /** Drops all. */
  void clear() {
    ends.clear();
  }

  /** Any of them; there must be one. */
  Completion any() {
    return ends.getFirst();
  }
}
