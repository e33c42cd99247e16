package dev.gala.cli.control;

import dev.gala.cli.input.UsageException;
import dev.gala.river.job.JobCursor;
import dev.gala.river.job.JobState;
import dev.gala.stored.EventQuery;
import dev.gala.stored.ListenerState;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which events to list, and in which order. */
final class EventListOptions {
  @Mixin private EventFilters filters = new EventFilters();

  @Option(
      names = "--listener",
      paramLabel = "NAME",
      description = "only events that this listener is known of")
  private @Nullable String listener;

  @Option(
      names = "--listener-state",
      paramLabel = "STATE",
      split = ",",
      converter = ListenerStateConverter.class,
      description =
          "only events where that listener, or any, is pending, done, failed, missing, not_run or"
              + " cancelled")
  private List<ListenerState> listenerStates = List.of();

  @Option(
      names = "--state",
      paramLabel = "STATE",
      split = ",",
      converter = StateConverter.class,
      description = "only events whose job is in this state, such as completed or discarded")
  private List<JobState> states = List.of();

  @Option(names = "--oldest-first", description = "the other way round")
  private boolean oldestFirst;

  @Option(
      names = "--after",
      paramLabel = "CURSOR",
      description = "go on where another list with the same options ended")
  private @Nullable String after;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "at most so many, up to 1000; default: ${DEFAULT-VALUE}",
      defaultValue = "100")
  private int limit;

  EventQuery query() {
    try {
      return EventQuery.builder()
          .topic(filters.topic())
          .listener(listener)
          .listenerStates(Set.copyOf(listenerStates))
          .states(Set.copyOf(states))
          .since(filters.since())
          .until(filters.until())
          .kinds(filters.kinds())
          .oldestFirst(oldestFirst)
          .after(after == null ? null : new JobCursor(after))
          .limit(limit)
          .build();
    } catch (IllegalArgumentException bad) {
      throw new UsageException(String.valueOf(bad.getMessage()), bad);
    }
  }
}
