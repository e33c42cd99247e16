package dev.gala.cli.control;

import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.UniqueKey;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.JsonObjects;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How jobs are shown: as tables, in full, and as JSON with the names of River's columns. */
final class JobView {
  private static final String NONE = "-";

  private JobView() {}

  /** A line for each job, below one with the columns' names. */
  static List<String> table(Collection<JobRow> jobs) {
    var table =
        new Table(
            "id", "state", "kind", "queue", "priority", "attempt", "scheduled_at", "finalized_at");
    for (JobRow job : jobs) {
      table.add(
          String.valueOf(job.id()),
          job.state().wireName(),
          job.kind(),
          job.queue(),
          String.valueOf(job.priority()),
          attempt(job),
          JsonText.iso(job.scheduledAt()),
          time(job.finalizedAt()));
    }
    return table.lines();
  }

  /** All of a job, a line for each column, then its errors. */
  static List<String> full(JobRow job) {
    UniqueKey key = job.uniqueKey();
    String output = output(job);
    var lines = new ArrayList<String>();
    line(lines, "id", String.valueOf(job.id()));
    line(lines, "state", job.state().wireName());
    line(lines, "kind", job.kind());
    line(lines, "queue", job.queue());
    line(lines, "priority", String.valueOf(job.priority()));
    line(lines, "attempt", attempt(job));
    line(lines, "created_at", JsonText.iso(job.createdAt()));
    line(lines, "scheduled_at", JsonText.iso(job.scheduledAt()));
    line(lines, "attempted_at", time(job.attemptedAt()));
    line(lines, "attempted_by", joined(job.attemptedBy()));
    line(lines, "finalized_at", time(job.finalizedAt()));
    line(lines, "tags", joined(job.tags()));
    line(lines, "unique_key", key == null ? NONE : key.hex());
    line(lines, "unique_states", joined(states(job)));
    line(lines, "args", job.args());
    line(lines, "metadata", job.metadata());
    line(lines, "output", output == null ? NONE : output);
    line(lines, "errors", job.errors().isEmpty() ? NONE : "");
    job.errors().forEach(error -> addError(lines, error));
    return lines;
  }

  /** The row, by the names of River's columns. */
  static String json(JobRow job) {
    UniqueKey key = job.uniqueKey();
    return new JsonText()
        .number("id", job.id())
        .json("args", job.args())
        .number("attempt", job.attempt())
        .time("attempted_at", job.attemptedAt())
        .array("attempted_by", job.attemptedBy(), GoJson::quote)
        .time("created_at", job.createdAt())
        .array("errors", job.errors(), JobView::json)
        .time("finalized_at", job.finalizedAt())
        .text("kind", job.kind())
        .number("max_attempts", job.maxAttempts())
        .json("metadata", job.metadata())
        .number("priority", job.priority())
        .text("queue", job.queue())
        .time("scheduled_at", job.scheduledAt())
        .text("state", job.state().wireName())
        .array("tags", job.tags(), GoJson::quote)
        .text("unique_key", key == null ? null : key.hex())
        .array("unique_states", states(job), GoJson::quote)
        .end();
  }

  static String json(AttemptError error) {
    return new JsonText()
        .time("at", error.at())
        .number("attempt", error.attempt())
        .text("error", error.error())
        .text("trace", error.trace())
        .end();
  }

  static void addError(List<String> lines, AttemptError error) {
    lines.add("  attempt " + error.attempt() + " at " + JsonText.iso(error.at()));
    error.error().lines().forEach(text -> lines.add("    " + Table.plain(text)));
    error
        .trace()
        .lines()
        .forEach(text -> lines.add("      " + Table.plain(text.replace("\t", "  "))));
  }

  private static @Nullable String output(JobRow job) {
    return GoJson.isObject(job.metadata())
        ? JsonObjects.members(job.metadata()).get("output")
        : null;
  }

  private static List<String> states(JobRow job) {
    return job.uniqueStates().stream().sorted().map(JobState::wireName).toList();
  }

  private static String attempt(JobRow job) {
    return job.attempt() + "/" + job.maxAttempts();
  }

  private static String joined(List<String> texts) {
    return texts.isEmpty() ? NONE : texts.stream().collect(Collectors.joining(", "));
  }

  private static String time(@Nullable Instant time) {
    return time == null ? NONE : JsonText.iso(time);
  }

  private static void line(List<String> lines, String name, String value) {
    lines.add((name + " ".repeat(15 - name.length()) + Table.plain(value)).stripTrailing());
  }
}
