package dev.gala.cli.control;

import dev.gala.cli.input.UsageException;
import dev.gala.event.EventId;
import dev.gala.stored.Redrive;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which events are to be handled again, and by whom. */
final class RedriveOptions {
  @Mixin private EventFilters filters = new EventFilters();

  @Option(
      names = "--listener",
      paramLabel = "NAME",
      description = "only this listener runs again; the others stay as they are")
  private @Nullable String listener;

  @Option(names = "--with-cancelled", description = "listeners that gave an event up run again too")
  private boolean withCancelled;

  @Option(
      names = "--with-done",
      description = "listeners that handled an event run again too, transactional ones included")
  private boolean withDone;

  @Option(
      names = "--begun",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description =
          "go on with the redrive that began then: what was redriven since is left as it is")
  private @Nullable Instant begun;

  @Option(names = "--limit", paramLabel = "N", description = "at most so many events; default: all")
  private @Nullable Long limit;

  @Option(names = "--dry-run", description = "say what would be done, and change nothing")
  private boolean dryRun;

  Redrive redrive(List<String> ids, Instant begunAt) {
    try {
      return Redrive.builder()
          .ids(ids.stream().map(EventId::of).toList())
          .topic(filters.topic())
          .listener(listener)
          .since(filters.since())
          .until(filters.until())
          .kinds(filters.kinds())
          .withCancelled(withCancelled)
          .withDone(withDone)
          .limit(limit == null ? Long.MAX_VALUE : limit)
          .begun(begunAt)
          .build();
    } catch (IllegalArgumentException bad) {
      throw new UsageException(String.valueOf(bad.getMessage()), bad);
    }
  }

  /** When it began: now, if nothing is said. */
  Instant begun() {
    return begun == null ? Instant.now() : begun;
  }

  boolean isDryRun() {
    return dryRun;
  }
}
