package dev.gala.river.internal.periodic;

import dev.gala.river.worker.PeriodicJob;
import dev.gala.river.worker.PeriodicJobHandle;
import dev.gala.river.worker.PeriodicSchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is still to come of every definition, while a client leads. For one thread. */
final class Term {
  /** So close, slots are inserted together, when the last of them is due. */
  static final Duration TOGETHER = Duration.ofMillis(100);

  private static final Duration FAR = Duration.ofDays(1);

  /** The most jobs in one statement. */
  static final int MOST_AT_ONCE = 1_000;

  /** A slot of a definition. */
  record Occurrence(Upcoming upcoming, Instant slot) {}

  private final Map<PeriodicJobHandle, Upcoming> upcoming = new LinkedHashMap<>();

  /** Takes up what was added, from now on, and drops what was removed. */
  void follow(Map<PeriodicJobHandle, PeriodicJob<?>> definitions, Instant now) {
    upcoming.keySet().retainAll(definitions.keySet());
    definitions.forEach(
        (handle, job) -> upcoming.computeIfAbsent(handle, added -> new Upcoming(handle, job, now)));
  }

  /** The oldest of what is due, in the order it was due. */
  List<Occurrence> due(Instant now) {
    var due = new ArrayList<Occurrence>();
    for (Upcoming one : upcoming.values()) {
      one.due(now).forEach(slot -> due.add(new Occurrence(one, slot)));
    }
    due.sort(Comparator.comparing(Occurrence::slot));
    return due.size() > MOST_AT_ONCE ? due.subList(0, MOST_AT_ONCE) : due;
  }

  /** When to look again; never if nothing is to come. */
  Instant wake(Instant now) {
    List<Instant> wakes = upcoming.values().stream().map(one -> one.wake(now)).toList();
    Instant first = wakes.stream().min(Comparator.naturalOrder()).orElse(PeriodicSchedule.NEVER);
    if (first.isAfter(now.plus(FAR))) {
      return first; // It may be near the end of all time: nothing can be added to it.
    }
    Instant last = first.plus(TOGETHER);
    return wakes.stream()
        .filter(wake -> !wake.isAfter(last))
        .max(Comparator.naturalOrder())
        .orElse(first);
  }
}
