package dev.gala.river.internal.produce;

import dev.gala.river.driver.ClaimStart;
import dev.gala.river.driver.ClaimedJob;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How far a queue has been claimed, in each priority: pure rules, for one thread, on nanosecond
 * times. What is told is how far it had been {@link #LAG} ago or earlier, so that rows are reached
 * whose transactions committed a little later than those of the rows behind them.
 */
final class ClaimPlaces {
  /** Longer than most transactions that insert; few rows are claimed in it. */
  static final long LAG = TimeUnit.MILLISECONDS.toNanos(100);

  private final Map<Integer, ClaimStart> newest = new TreeMap<>();
  private Map<Integer, ClaimStart> noted = new TreeMap<>();
  private Map<Integer, ClaimStart> settled = new TreeMap<>();
  private long notedAt;

  /** Of the newest claim that brought something, by the database's clock. */
  private @Nullable Instant time;

  /** Nothing is known. */
  ClaimPlaces(long now) {
    this.notedAt = now;
  }

  /** Where claims may start; empty while nothing is known. */
  List<ClaimStart> starts(long now) {
    settle(now);
    return List.copyOf(settled.values());
  }

  /**
   * Notes a claim.
   *
   * @param over when it was over: what commits while it runs may wake the next, which finds it
   * @param starts where it started, in each priority it did not read from the beginning
   * @param full whether it brought as many as were asked for, so that of what follows its last job
   *     nothing was seen, even where earlier claims had been farther
   */
  void claimed(long over, List<ClaimStart> starts, boolean full, List<ClaimedJob> jobs) {
    ClaimStart last = null;
    for (ClaimedJob claimed : jobs) {
      // Of one that cannot be read, the place is not known.
      if (claimed.undecodable() == null) {
        last = ClaimStart.at(claimed.job());
        goOn(last);
        time = claimed.job().attemptedAt();
      }
    }
    if (!full) {
      nothingLeft(starts, jobs);
    } else if (last != null) {
      newest.put(last.priority(), last);
      for (Map<Integer, ClaimStart> places : List.of(newest, noted, settled)) {
        goBack(places, last, starts.isEmpty());
      }
    }
    if (settle(over) || noted.isEmpty()) {
      noted = new TreeMap<>(newest);
      notedAt = over;
    }
  }

  /**
   * Of the priorities read from their beginning of which nothing was found, there is nothing before
   * the time of the claim, whoever claimed that. An empty claim does not tell its time, but comes
   * after the one before.
   */
  private void nothingLeft(List<ClaimStart> starts, List<ClaimedJob> jobs) {
    if (time == null) {
      return;
    }
    var others = new TreeSet<Integer>();
    starts.forEach(start -> others.add(start.priority()));
    jobs.forEach(claimed -> others.add(claimed.job().priority()));
    for (int priority = 1; priority <= ClaimStart.PRIORITIES; priority++) {
      if (!others.contains(priority)) {
        goOn(new ClaimStart(priority, time, 0));
      }
    }
  }

  private void goOn(ClaimStart place) {
    newest.merge(place.priority(), place, (a, b) -> a.isBefore(b) ? b : a);
  }

  /**
   * @param everything whether what is before the places was looked for: it then is to be looked for
   *     in the priorities that follow too
   */
  private static void goBack(Map<Integer, ClaimStart> places, ClaimStart last, boolean everything) {
    places.computeIfPresent(last.priority(), (priority, at) -> last.isBefore(at) ? last : at);
    if (everything) {
      places.keySet().removeIf(priority -> priority > last.priority());
    }
  }

  private boolean settle(long now) {
    if (now - notedAt < LAG) {
      return false;
    }
    settled = new TreeMap<>(noted);
    return true;
  }
}
