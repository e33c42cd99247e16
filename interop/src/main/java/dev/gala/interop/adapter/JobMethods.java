package dev.gala.interop.adapter;

import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobCursor;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobList;
import dev.gala.river.job.JobListOrder;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobState;
import dev.gala.river.job.UniqueOptions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What inserts jobs, looks at them and changes them. */
final class JobMethods {
  private final Databases databases;
  private final InsertReader reader;

  /** Makes a job of its description. */
  @FunctionalInterface
  interface InsertReader {
    /** The job that {@code job} describes, with these options. */
    JobInsert<?> insert(Params job, InsertOptions options);
  }

  JobMethods(Databases databases, InsertReader reader) {
    this.databases = databases;
    this.reader = reader;
  }

  Map<String, Method> all() {
    return Map.of(
        "insert", this::insert, "cancel", this::cancel, "retry", this::retry, "list", this::list);
  }

  private String insert(Params params) {
    List<JobInsert<?>> inserts =
        params.objects("jobs").stream()
            .<JobInsert<?>>map(job -> reader.insert(job, options(job.object("opts"))))
            .toList();
    List<InsertResult> results =
        databases
            .inserter(params.text("schema"))
            .insertMany(inserts, databases.tx(params.text("tx")));
    return Json.object("results", Json.array(results.stream().map(JobMethods::inserted).toList()));
  }

  private static String inserted(InsertResult result) {
    return Json.object(
        "job", JobJson.of(result.job()),
        "unique_skipped_as_duplicate", String.valueOf(result.skippedAsDuplicate()));
  }

  private String cancel(Params params) {
    return JobJson.of(
        databases
            .in(params.text("schema"))
            .jobs()
            .cancel(params.id(), databases.tx(params.text("tx"))));
  }

  private String retry(Params params) {
    return JobJson.of(
        databases
            .in(params.text("schema"))
            .jobs()
            .retry(params.id(), databases.tx(params.text("tx"))));
  }

  private String list(Params params) {
    String after = params.text("after");
    JobListParams asked =
        JobListParams.builder()
            .ids(params.numbers("ids"))
            .kinds(params.texts("kinds"))
            .priorities(params.numbers("priorities").stream().map(Math::toIntExact).toList())
            .queues(params.texts("queues"))
            .states(params.texts("states").stream().map(JobMethods::state).toList())
            .tagsAll(params.texts("tags_all"))
            .metadata(params.raw("metadata"))
            .order(order(params.text("order_by", "id")))
            .descending(descending(params.text("direction", "asc")))
            .after(after == null || after.isEmpty() ? null : new JobCursor(after))
            .limit(limit(params))
            .build();
    JobList page =
        databases.in(params.text("schema")).jobs().list(asked, databases.tx(params.text("tx")));
    JobCursor cursor = page.nextCursor();
    return Json.object(
        "cursor", Json.text(cursor == null ? null : cursor.text()),
        "jobs", JobJson.list(page.jobs()));
  }

  private static int limit(Params params) {
    int limit = params.small("limit", 0);
    return limit == 0 ? JobListParams.DEFAULT_LIMIT : limit;
  }

  private static boolean descending(String direction) {
    return switch (direction) {
      case "asc" -> false;
      case "desc" -> true;
      default -> throw RpcException.invalidParams("direction is " + direction + ": asc or desc");
    };
  }

  private static JobListOrder order(String name) {
    try {
      return JobListOrder.ofWireName(name);
    } catch (IllegalArgumentException e) {
      throw RpcException.invalidParams("order_by: " + e.getMessage());
    }
  }

  private static JobState state(String name) {
    try {
      return JobState.ofWireName(name);
    } catch (IllegalArgumentException e) {
      throw RpcException.invalidParams("states: " + e.getMessage());
    }
  }

  private static InsertOptions options(@Nullable Params given) {
    if (given == null) {
      return InsertOptions.defaults();
    }
    return InsertOptions.builder()
        .maxAttempts(given.small("max_attempts", 0))
        .metadata(given.raw("metadata"))
        .pending(given.flag("pending"))
        .priority(given.small("priority", 0))
        .queue(empty(given.text("queue")))
        .scheduledAt(given.time("scheduled_at"))
        .tags(given.raw("tags") == null ? null : given.texts("tags"))
        .unique(unique(given.object("unique")))
        .build();
  }

  private static @Nullable UniqueOptions unique(@Nullable Params given) {
    if (given == null) {
      return null;
    }
    Set<JobState> states = EnumSet.noneOf(JobState.class);
    given.texts("by_state").forEach(name -> states.add(state(name)));
    return new UniqueOptions(
        given.flag("by_args"),
        List.of(),
        given.millis("by_period_ms"),
        given.flag("by_queue"),
        states,
        given.flag("exclude_kind"));
  }

  private static @Nullable String empty(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
