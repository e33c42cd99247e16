package dev.gala.cli.control;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which events are meant, where more than one may be. */
final class EventFilters {
  @Option(names = "--topic", paramLabel = "NAME", description = "only events of this topic")
  private @Nullable String topic;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "only events emitted then or later: a time, a day, or how long ago, such as 2h")
  private @Nullable Instant since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "only events emitted before that")
  private @Nullable Instant until;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description =
          "only events carried by jobs of this kind, such as gala.billing for a namespace;"
              + " default: any with --topic, else gala_dispatch_v1")
  private List<String> kinds = List.of();

  @Nullable String topic() {
    return topic;
  }

  @Nullable Instant since() {
    return since;
  }

  @Nullable Instant until() {
    return until;
  }

  List<String> kinds() {
    return kinds;
  }
}
