package dev.gala.cli.control;

import dev.gala.river.job.JobCursor;
import dev.gala.river.job.JobListOrder;
import dev.gala.river.job.JobListParams;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which jobs to list, and in which order. */
final class ListOptions {
  @Mixin private JobFilters filters = new JobFilters();

  @Option(names = "--id", paramLabel = "ID", split = ",", description = "only this job")
  private List<Long> ids = List.of();

  @Option(
      names = "--tag",
      paramLabel = "TAG",
      split = ",",
      description = "only jobs with this tag; of several, with all of them")
  private List<String> tagsAll = List.of();

  @Option(
      names = "--tag-any",
      paramLabel = "TAG",
      split = ",",
      description = "only jobs with one of these tags at least")
  private List<String> tagsAny = List.of();

  @Option(
      names = "--metadata",
      paramLabel = "JSON",
      description = "only jobs whose metadata contain this JSON object")
  private @Nullable String metadata;

  @Option(
      names = "--order",
      paramLabel = "ORDER",
      converter = OrderConverter.class,
      description =
          "id, scheduled_at, finalized_at, or time: what suits the first --state;"
              + " default: ${DEFAULT-VALUE}",
      defaultValue = "id")
  private JobListOrder order = JobListOrder.ID;

  @Option(names = "--desc", description = "the other way round")
  private boolean descending;

  @Option(
      names = "--after",
      paramLabel = "CURSOR",
      description = "go on where another list with the same options ended")
  private @Nullable String after;

  JobListParams params() {
    return filters
        .addTo(JobListParams.builder())
        .ids(ids)
        .tagsAll(tagsAll)
        .tagsAny(tagsAny)
        .metadata(metadata)
        .order(order)
        .descending(descending)
        .after(after == null ? null : new JobCursor(after))
        .limit(filters.limit())
        .build();
  }
}
