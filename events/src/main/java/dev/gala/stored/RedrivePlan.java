package dev.gala.stored;

import dev.gala.internal.dispatch.Mark;
import dev.gala.internal.dispatch.Marks;
import dev.gala.internal.dispatch.Redriven;
import dev.gala.river.job.JobRestart;
import dev.gala.river.job.JobRow;
import dev.gala.river.json.GoJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** What a redrive does to one event. Pure. */
sealed interface RedrivePlan {
  /**
   * It is handled again.
   *
   * @param restart what is done to its job
   * @param listeners those that run again, as far as they are known
   */
  record Again(JobRestart restart, List<String> listeners) implements RedrivePlan {}

  /** It stays as it is. */
  record Refused(Refusal why) implements RedrivePlan {}

  /** What {@code what} does to an event that stands so, whatever has become of it since. */
  static RedrivePlan of(Standing standing, Redrive what, Instant now) {
    Redriven before = standing.marks().redriven();
    if (before != null && what.begun() != null && !before.at().isBefore(what.begun())) {
      return new Refused(Refusal.REDRIVEN);
    }
    if (!standing.isEnded()) {
      return new Refused(Refusal.NOT_ENDED);
    }
    Set<ListenerState> again = what.again();
    String listener = what.listener();
    if (listener != null) {
      return ofOne(standing, listener, what, now);
    }
    List<String> meant =
        standing.known().stream().filter(name -> again.contains(standing.stateOf(name))).toList();
    boolean all = again.contains(standing.others());
    if (!all && meant.isEmpty()) {
      boolean givenUp =
          standing.isCancelled()
              || standing.known().stream()
                  .anyMatch(name -> standing.stateOf(name) == ListenerState.CANCELLED);
      return new Refused(givenUp && !what.withCancelled() ? Refusal.CANCELLED : Refusal.DONE);
    }
    return new Again(restart(standing, meant, all, now), meant);
  }

  private static RedrivePlan ofOne(Standing standing, String listener, Redrive what, Instant now) {
    boolean nobodyRan = standing.others() == ListenerState.MISSING;
    if (!standing.known().contains(listener) && !nobodyRan && !what.withDone()) {
      return new Refused(Refusal.NO_SUCH_LISTENER);
    }
    boolean known = standing.known().contains(listener);
    ListenerState state = standing.stateOf(listener);
    if (known && !what.again().contains(state)) {
      return new Refused(state == ListenerState.CANCELLED ? Refusal.CANCELLED : Refusal.DONE);
    }
    List<String> meant = List.of(listener);
    return new Again(restart(standing, meant, false, now), meant);
  }

  /**
   * The marks as they are to be: none of those that are meant, and of the others what the job's end
   * says now and will not say any more.
   *
   * @param all whether all that have no mark run
   */
  private static JobRestart restart(
      Standing standing, List<String> meant, boolean all, Instant now) {
    JobRow row = standing.row();
    Instant ended = Objects.requireNonNull(row.finalizedAt(), "finalizedAt");
    // Where nobody was there before, nobody failed.
    Mark.State rest =
        standing.others() == ListenerState.MISSING
            ? Mark.State.SUCCEEDED
            : Standing.markOf(standing.others());
    List<String> forget =
        new ArrayList<>(
            List.of(
                Marks.DEFERRED,
                Marks.WAITING_SINCE,
                Marks.TRIED,
                Marks.MISSING,
                "cancel_attempted_at"));
    Map<String, String> merge = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (String name : standing.known()) {
      ListenerState state = standing.stateOf(name);
      boolean marked = standing.marks().isFinished(name);
      if (meant.contains(name)) {
        forget.add(Marks.LISTENER_PREFIX + name);
      } else if (!marked && state == ListenerState.MISSING) {
        missing.add(name);
      } else if (!marked && (all || Standing.markOf(state) != rest)) {
        merge.put(Marks.LISTENER_PREFIX + name, mark(Standing.markOf(state), row, ended).json());
      }
    }
    if (!missing.isEmpty()) {
      merge.put(
          Marks.MISSING,
          missing.stream().map(GoJson::quote).collect(Collectors.joining(",", "[", "]")));
    }
    Redriven redriven =
        all ? Redriven.all(now) : new Redriven(now, Set.copyOf(meant), mark(rest, row, ended));
    merge.put(Marks.REDRIVEN, redriven.json());
    return JobRestart.of(row, forget, object(merge));
  }

  private static Mark mark(Mark.State state, JobRow row, Instant ended) {
    return new Mark(state, Math.max(1, row.attempt()), ended, Duration.ZERO);
  }

  private static String object(Map<String, String> members) {
    return members.entrySet().stream()
        .map(member -> GoJson.quote(member.getKey()) + ":" + member.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }
}
