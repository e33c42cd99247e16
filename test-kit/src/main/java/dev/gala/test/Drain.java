package dev.gala.test;

import dev.gala.Gala;
import dev.gala.river.job.JobRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Handles what is due, one event after another. */
final class Drain {
  private final Gala gala;
  private final StoredEvents events;
  private final TestClock clock;
  private final AtomicBoolean running = new AtomicBoolean();

  Drain(Gala gala, StoredEvents events, TestClock clock) {
    this.gala = gala;
    this.events = events;
    this.clock = clock;
  }

  /**
   * Handles what is due until {@code time} from now, which is moved on meanwhile.
   *
   * @param most so many at most
   */
  Drained run(Duration time, int most) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time goes forward only, and not by " + time);
    }
    if (!running.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "a drain is under way: a listener cannot ask for another. What it emits is handled by"
              + " this one");
    }
    try {
      var round = new Round(most);
      Instant end = clock.instant().plus(time);
      round.handleDue();
      while (nextDue(round.refused).filter(next -> !next.isAfter(end)).isPresent()) {
        clock.advanceTo(nextDue(round.refused).orElseThrow());
        round.handleDue();
      }
      clock.advanceTo(end);
      return new Drained(round.handled);
    } finally {
      running.set(false);
    }
  }

  boolean advanceToNext() {
    Optional<Instant> next = nextDue(Set.of());
    next.ifPresent(clock::advanceTo);
    return next.isPresent();
  }

  private Optional<Instant> nextDue(Set<Long> without) {
    return events.waiting(null).stream()
        .filter(event -> !without.contains(event.row().id()))
        .map(event -> event.row().scheduledAt())
        .min(Comparator.naturalOrder());
  }

  /** One drain, at one time after another. */
  private final class Round {
    private final int most;
    private final List<HandledEvent> handled = new ArrayList<>();
    private final Set<Long> refused = new HashSet<>();
    private final TreeSet<StoredEvent> due = new TreeSet<>(StoredEvent.ORDER);
    private @Nullable JobRow newest;

    Round(int most) {
      this.most = most;
    }

    /** What others change of rows known already is found by looking at all once more. */
    void handleDue() {
      do {
        newest = null;
        look();
        for (StoredEvent next = due.pollFirst(); next != null; next = due.pollFirst()) {
          handle(next);
          look();
        }
        newest = null;
        look();
      } while (!due.isEmpty());
    }

    private void look() {
      for (StoredEvent event : events.waiting(newest)) {
        newest = event.row();
        addIfDue(event);
      }
    }

    private void addIfDue(StoredEvent event) {
      if (event.isDue(clock.instant()) && !refused.contains(event.row().id())) {
        due.add(event);
      }
    }

    private void handle(StoredEvent event) {
      if (handled.size() >= most) {
        throw new AssertionError(
            "after %d events there are still due ones, the next is %s: do listeners emit in a circle, or snooze without end? If so many are right, call drain(%d)"
                .formatted(most, event.described(), 10L * most));
      }
      JobRow row = gala.workNow(event.row().id());
      if (row == null) {
        // Ended by a listener meanwhile, of a namespace without workers here, or locked.
        refused.add(event.row().id());
        return;
      }
      StoredEvent after = StoredEvents.read(row);
      handled.add(HandledEvent.of(after));
      if (!row.state().isFinal()) {
        addIfDue(after);
      }
    }
  }
}
