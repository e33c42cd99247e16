package dev.gala.stored;

import dev.gala.durable.RiverDispatchArgs;
import dev.gala.event.EventId;
import dev.gala.river.Jobs;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.RiverException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The events of a database, to look at and to have handled again. Needs no topics and no listeners:
 * it reads what is stored. Safe for use by many threads; good as long as its database is open.
 *
 * <p>Every operation throws {@link RiverException} with what the database says.
 */
public final class StoredEvents {
  private static final int PAGE = 200;

  /** Beyond so many rows that do not pass, a list ends, and says where to go on. */
  private static final int MOST_LOOKED_AT = 10_000;

  private final Jobs jobs;
  private final InstantSource clock;
  private final List<String> kinds;

  private StoredEvents(Jobs jobs, InstantSource clock, List<String> kinds) {
    this.jobs = Objects.requireNonNull(jobs, "jobs");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.kinds = kinds;
  }

  /** The events of this database. */
  public static StoredEvents of(RiverDatabase database) {
    return of(database.jobs(), InstantSource.system(), List.of());
  }

  /**
   * The events among these jobs.
   *
   * @param clock tells when an event was redriven
   * @param kinds of {@link dev.gala.event.Namespace namespaces}, besides the usual one: looked at
   *     where neither kinds nor a topic are asked for
   */
  public static StoredEvents of(Jobs jobs, InstantSource clock, Collection<String> kinds) {
    List<String> all = new ArrayList<>(List.of(RiverDispatchArgs.KIND));
    all.addAll(kinds);
    return new StoredEvents(jobs, clock, all.stream().distinct().toList());
  }

  /**
   * A page of the events that pass the filters. At most some ten thousand rows are looked at for
   * it: where few of them pass it is short, or empty, and {@link EventPage#next} says where to go
   * on.
   *
   * @throws RiverException with {@link dev.gala.river.job.RiverError#PARAMS_INVALID} if the cursor
   *     is none
   */
  public EventPage list(EventQuery query) {
    boolean filtered = query.listener() != null || !query.listenerStates().isEmpty();
    JobListParams params =
        Queries.list(query.topic(), query.kinds(), kinds, Map.of())
            .states(query.states().stream().sorted().toList())
            .createdFrom(query.since())
            .createdBefore(query.until())
            .descending(!query.oldestFirst())
            .after(query.after())
            .limit(filtered ? PAGE : query.limit() + 1)
            .build();
    List<StoredEvent> events = new ArrayList<>();
    JobListParams next = params;
    int looked = 0;
    @Nullable JobRow last = null;
    while (true) {
      List<JobRow> rows = jobs.list(next).jobs();
      for (JobRow row : rows) {
        if (events.size() == query.limit() || looked == MOST_LOOKED_AT) {
          return new EventPage(events, last == null ? null : jobs.cursorAt(last, params));
        }
        looked++;
        last = row;
        if (EventReader.isEvent(row)) {
          StoredEvent event = EventReader.read(row);
          if (passes(event, query)) {
            events.add(event);
          }
        }
      }
      if (rows.size() < params.limit()) {
        return new EventPage(events, null);
      }
      next = params.after(jobs.cursorAt(rows.getLast(), params));
    }
  }

  private static boolean passes(StoredEvent event, EventQuery query) {
    if (query.listener() == null && query.listenerStates().isEmpty()) {
      return true;
    }
    return event.listeners().stream()
        .filter(listener -> query.listener() == null || listener.name().equals(query.listener()))
        .anyMatch(
            listener ->
                query.listenerStates().isEmpty()
                    || query.listenerStates().contains(listener.state()));
  }

  /**
   * The events of this id, oldest first: one, or several where it was emitted more than once under
   * an id of the emitter's own; none if it was deleted since it ended, or never emitted.
   */
  public List<StoredEvent> show(EventId id) {
    return jobs.list(Queries.ofEvent(id)).jobs().stream()
        .filter(EventReader::isEvent)
        .map(EventReader::read)
        .toList();
  }

  /**
   * Has events handled again, by the listeners that are meant; what others did stays done. Each
   * event keeps its id and its row, gets one more attempt if none is left, and is worked at once.
   * Only events that have ended are redriven.
   *
   * <p>They are gone through in pages, each of which is committed: if this ends early, by an
   * exception or with the process, what is done is done. The same redrive again does the rest, and
   * nothing twice, if both are told the same {@link Redrive#begun}.
   *
   * @throws RiverException with what the database says, how many events were redriven before, and
   *     when this began
   */
  public RedriveReport redrive(Redrive what) {
    return new Redriving(jobs, clock, what, kinds, false).run();
  }

  /** What {@link #redrive} would do now; nothing is changed. */
  public RedriveReport preview(Redrive what) {
    return new Redriving(jobs, clock, what, kinds, true).run();
  }
}
