package dev.gala.cli.control;

import dev.gala.river.job.JobFilterBuilder;
import dev.gala.river.job.JobState;
import java.util.List;
import picocli.CommandLine.Option;

/** Which jobs are meant, where more than one may be. */
final class JobFilters {
  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "only jobs of this kind; this and other filters may be given more than once")
  private List<String> kinds = List.of();

  @Option(
      names = "--priority",
      paramLabel = "N",
      split = ",",
      description = "only jobs of this priority, 1 to 4")
  private List<Integer> priorities = List.of();

  @Option(
      names = "--queue",
      paramLabel = "NAME",
      split = ",",
      description = "only jobs of this queue")
  private List<String> queues = List.of();

  @Option(
      names = "--state",
      paramLabel = "STATE",
      split = ",",
      converter = StateConverter.class,
      description = "only jobs in this state, such as available, running or discarded")
  private List<JobState> states = List.of();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "at most so many, up to 10000; default: ${DEFAULT-VALUE}",
      defaultValue = "100")
  private int limit;

  /** Adds the filters that are given. */
  <B extends JobFilterBuilder<B>> B addTo(B builder) {
    return builder.kinds(kinds).priorities(priorities).queues(queues).states(states);
  }

  int limit() {
    return limit;
  }

  /** Whether anything but a limit is given. */
  boolean isAny() {
    return !kinds.isEmpty() || !priorities.isEmpty() || !queues.isEmpty() || !states.isEmpty();
  }
}
