package dev.gala.river.internal.complete;

import dev.gala.river.job.AttemptId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Ends for one statement: of as many jobs, all plain successes, all to be deleted, or none of
 * either, and not too large. Or for none: all deleted already.
 *
 * @param ends at least one
 * @param at the end of those that have none of their own: the same whenever they are tried again
 * @param again whether they may have been written before, so that what is missing may be done
 */
record Batch(List<Completion> ends, Instant at, boolean again) {
  /** Beyond it a statement gains nothing, and holds its locks for longer. */
  static final int MOST_ENDS = 2_000;

  /**
   * How many characters a statement may have, unless a single end has more. Each takes up to three
   * bytes on the way, quotes and backslashes two, and a message has a limit of 1 GiB.
   */
  static final long MOST_WEIGHT = 32L * 1024 * 1024;

  /** {@code ends}, in as few statements as they fit into. */
  static List<Batch> of(List<Completion> ends, Instant at, boolean again) {
    var batches = new ArrayList<Batch>();
    List<Completion> left = ends;
    while (!left.isEmpty()) {
      var successes = new Gatherer();
      var deletions = new Gatherer();
      var gone = new Gatherer();
      var others = new Gatherer();
      var later = new ArrayList<Completion>();
      for (Completion end : left) {
        Gatherer its =
            switch (end) {
              case Completion.Success success -> successes;
              case Completion.Deletion deletion ->
                  deletion.row() == Completion.Deletion.Row.GONE ? gone : deletions;
              case Completion.Full full -> others;
              case Completion.Unwritable unwritable -> others;
            };
        if (!its.take(end)) {
          later.add(end);
        }
      }
      successes.addTo(batches, at, again);
      gone.addTo(batches, at, again);
      deletions.addTo(batches, at, again);
      others.addTo(batches, at, again);
      left = later;
    }
    return batches;
  }

  int size() {
    return ends.size();
  }

  /** Whether these are plain successes. */
  boolean lean() {
    return ends.getFirst() instanceof Completion.Success;
  }

  /** Whether there are no rows any more. */
  boolean gone() {
    return ends.getFirst() instanceof Completion.Deletion deletion
        && deletion.row() == Completion.Deletion.Row.GONE;
  }

  /** Whether their rows are to be deleted, or have been. */
  boolean deletes() {
    return ends.getFirst() instanceof Completion.Deletion;
  }

  /** Whether anybody wants to know what becomes of them. */
  boolean watched() {
    for (Completion end : ends) {
      if (end.report() != null) {
        return true;
      }
    }
    return false;
  }

  List<AttemptId> attempts() {
    return attempts(ends);
  }

  static List<AttemptId> attempts(List<Completion> ends) {
    var attempts = new ArrayList<AttemptId>(ends.size());
    for (Completion end : ends) {
      attempts.add(end.attemptId());
    }
    return attempts;
  }

  /** The ends by their jobs, to be crossed out. */
  Map<Long, Completion> byJob() {
    Map<Long, Completion> byJob = LinkedHashMap.newLinkedHashMap(ends.size());
    for (Completion end : ends) {
      byJob.put(end.attemptId().jobId(), end);
    }
    return byJob;
  }

  /**
   * The same, tried before. Of a row that is not there, only what may have deleted it may say that
   * its job has ended well.
   *
   * @param unsure whether it may have been written then
   */
  Batch triedBefore(boolean unsure) {
    return again || (deletes() && !unsure) ? this : new Batch(ends, at, true);
  }

  /** Its two halves. */
  List<Batch> halves() {
    int half = ends.size() / 2;
    return List.of(
        new Batch(ends.subList(0, half), at, again),
        new Batch(ends.subList(half, ends.size()), at, again));
  }

  /** The same for rows that stay, because the database does not let them go. */
  Batch keeping() {
    List<Completion> kept = new ArrayList<>(ends.size());
    for (Completion end : ends) {
      kept.add(end instanceof Completion.Deletion deletion ? deletion.inFull(at, again) : end);
    }
    return new Batch(kept, at, again);
  }

  /** What goes into one statement. */
  private static final class Gatherer {
    private final List<Completion> ends = new ArrayList<>();
    private final Set<Long> jobs = new HashSet<>();
    private long weight;

    /** Takes an end; false if there is no room, or another one of the same job. */
    boolean take(Completion end) {
      long its = end.weight();
      boolean room = ends.size() < MOST_ENDS && weight + its <= MOST_WEIGHT;
      if (!(room || ends.isEmpty()) || !jobs.add(end.attemptId().jobId())) {
        return false;
      }
      weight += its;
      ends.add(end);
      return true;
    }

    void addTo(List<Batch> batches, Instant at, boolean again) {
      if (!ends.isEmpty()) {
        batches.add(new Batch(ends, at, again));
      }
    }
  }
}
