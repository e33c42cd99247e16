package dev.gala.river.internal.periodic;

import dev.gala.river.internal.insert.PeriodicInsert;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Inserts what is due. A slot is passed only when its job is inserted, or left out by its own
 * definition: where the database is away, it is tried again. What one definition is to blame for,
 * no other pays for. For one thread.
 */
final class PeriodicRounds {
  /** The way into the database. */
  interface Inserts {
    /** Inserts all or none. */
    List<InsertResult> insert(List<PeriodicInsert<?>> jobs);
  }

  private static final Logger LOG = LoggerFactory.getLogger(PeriodicRounds.class);

  /** What the rules or the database say of a job itself. */
  private static final Set<RiverError> ITS_OWN_FAULT =
      EnumSet.of(
          RiverError.ARGS_INVALID,
          RiverError.INSERT_INVALID,
          RiverError.ROW_REFUSED,
          RiverError.UNIQUE_CONFLICT,
          RiverError.UNKNOWN_KIND);

  /** What it is told that meets somebody else's lock, or takes too long for it. */
  private static final Set<RiverError> HELD =
      EnumSet.of(RiverError.ROW_LOCKED, RiverError.TIMED_OUT);

  /** If so many in a row are held, it is not they: each may have taken half a minute. */
  private static final int MOST_HELD = 3;

  /** A slot with its job; null leaves it out. */
  private record Ready(Term.Occurrence occurrence, @Nullable PeriodicInsert<?> insert) {}

  private final PeriodicDefinitions definitions;
  private final ArgsCalls calls;
  private final Inserts inserts;
  private Term term = new Term();

  PeriodicRounds(PeriodicDefinitions definitions, ArgsCalls calls, Inserts inserts) {
    this.definitions = definitions;
    this.calls = calls;
    this.inserts = inserts;
  }

  /** Begins a term: what was due before is not made up for. */
  void begin(Instant now) {
    term = new Term();
    term.follow(definitions.all(), now);
  }

  /**
   * Inserts what is due at {@code now}.
   *
   * @return when to come again, if nothing changes before
   * @throws RiverException if the database did not take it: nothing is lost, come again
   */
  Instant run(Instant now) {
    term.follow(definitions.all(), now);
    List<Term.Occurrence> due = term.due(now);
    if (!due.isEmpty()) {
      insertAll(due, now);
    }
    return term.wake(now);
  }

  private void insertAll(List<Term.Occurrence> due, Instant now) {
    Map<Term.Occurrence, ArgsCalls.Answer> answers = calls.ask(due);
    var ready = new ArrayList<Ready>(answers.size());
    answers.forEach(
        (occurrence, answer) -> {
          if (answer instanceof ArgsCalls.Answer.Job job) {
            ready.add(new Ready(occurrence, atSlot(occurrence, job.insert())));
          }
        });
    Set<Upcoming> staying = insertReady(ready, now);
    answers.forEach(
        (occurrence, answer) -> {
          if (answer instanceof ArgsCalls.Answer.Failed failed
              && !staying.contains(occurrence.upcoming())) {
            occurrence.upcoming().refused(occurrence.slot(), now, failed.failure());
          }
        });
  }

  /**
   * Together if that is possible, else one by one; those last that were held before, for they may
   * be held again. Returns the definitions of which something stays.
   */
  private Set<Upcoming> insertReady(List<Ready> ready, Instant now) {
    var fresh = new ArrayList<Ready>(ready.size());
    var heldBefore = new ArrayList<Ready>();
    for (Ready one : ready) {
      (one.occurrence().upcoming().held() ? heldBefore : fresh).add(one);
    }
    var alone = new ArrayList<Ready>();
    if (!insertedTogether(fresh)) {
      alone.addAll(fresh);
    }
    alone.addAll(heldBefore);
    return insertEach(alone, now);
  }

  /** False if they are to be tried one by one. */
  private boolean insertedTogether(List<Ready> ready) {
    if (ready.size() == 1) {
      return false;
    }
    try {
      insert(ready);
      return true;
    } catch (RuntimeException | Error e) {
      if (!itsOwnFault(e) && !isHeld(e)) {
        throw e;
      }
      LOG.debug("periodic jobs were not taken together, and are inserted one by one", e);
      return false;
    }
  }

  private Set<Upcoming> insertEach(List<Ready> alone, Instant now) {
    var staying = new HashSet<Upcoming>();
    int held = 0;
    for (Ready one : alone) {
      Upcoming upcoming = one.occurrence().upcoming();
      // Behind a slot that is tried again, the later ones of its definition wait.
      if (calls.stopped() || staying.contains(upcoming)) {
        staying.add(upcoming);
        continue;
      }
      try {
        insert(List.of(one));
        held = 0;
      } catch (RuntimeException | Error e) {
        staying.add(upcoming);
        if (isHeld(e)) {
          upcoming.heldUp(one.occurrence().slot(), now, e);
          if (++held == MOST_HELD) {
            throw e;
          }
        } else if (itsOwnFault(e)) {
          held = 0;
          upcoming.refused(one.occurrence().slot(), now, e);
        } else {
          throw e;
        }
      }
    }
    return staying;
  }

  private void insert(List<Ready> ready) {
    var jobs = new ArrayList<PeriodicInsert<?>>(ready.size());
    for (Ready one : ready) {
      if (one.insert() != null) {
        jobs.add(one.insert());
      }
    }
    if (!jobs.isEmpty()) {
      inserts.insert(jobs);
    }
    for (Ready one : ready) {
      LOG.debug("{}: passed {}", one.occurrence().upcoming().job(), one.occurrence().slot());
      one.occurrence().upcoming().done(one.occurrence().slot());
    }
  }

  private static @Nullable PeriodicInsert<?> atSlot(
      Term.Occurrence occurrence, @Nullable JobInsert<?> insert) {
    return insert == null
        ? null
        : new PeriodicInsert<>(insert, occurrence.slot(), occurrence.upcoming().job().id());
  }

  private static boolean isHeld(Throwable failure) {
    return failure instanceof RiverException river && HELD.contains(river.code());
  }

  /**
   * Anything but a word of the database about itself: a plugin that throws is the job's own too.
   */
  private static boolean itsOwnFault(Throwable failure) {
    return !(failure instanceof RiverException river) || ITS_OWN_FAULT.contains(river.code());
  }
}
