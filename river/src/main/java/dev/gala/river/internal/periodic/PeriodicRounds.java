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
    Set<Upcoming> refused = insertReady(ready, now);
    answers.forEach(
        (occurrence, answer) -> {
          if (answer instanceof ArgsCalls.Answer.Failed failed
              && !refused.contains(occurrence.upcoming())) {
            occurrence.upcoming().refused(occurrence.slot(), now, failed.failure());
          }
        });
  }

  /** Together if that is possible, else one by one; returns the definitions that were refused. */
  private Set<Upcoming> insertReady(List<Ready> ready, Instant now) {
    try {
      insert(ready);
      return Set.of();
    } catch (RuntimeException | Error e) {
      if (!itsOwnFault(e)) {
        throw e;
      }
      LOG.debug("periodic jobs were refused together, and are inserted one by one", e);
    }
    var refused = new HashSet<Upcoming>();
    for (Ready one : ready) {
      // Behind a slot that is tried again, the later ones of its definition wait.
      if (!refused.contains(one.occurrence().upcoming()) && !insertedAlone(one, now)) {
        refused.add(one.occurrence().upcoming());
      }
    }
    return refused;
  }

  private boolean insertedAlone(Ready one, Instant now) {
    try {
      insert(List.of(one));
      return true;
    } catch (RuntimeException | Error e) {
      if (!itsOwnFault(e)) {
        throw e;
      }
      one.occurrence().upcoming().refused(one.occurrence().slot(), now, e);
      return false;
    }
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

  /**
   * Anything but a word of the database about itself: a plugin that throws is the job's own too.
   */
  private static boolean itsOwnFault(Throwable failure) {
    return !(failure instanceof RiverException river) || ITS_OWN_FAULT.contains(river.code());
  }
}
