package dev.gala.interop.adapter;

import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.UniqueKey;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.JsonObjects;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A job's row as the suite compares it. */
final class JobJson {
  /** How other databases know duplicates; it says nothing of the job. */
  private static final String NONCE = "river:unique_nonce";

  private JobJson() {}

  static String of(JobRow job) {
    return Json.object(
        "args", GoJson.compact(job.args()),
        "attempt", String.valueOf(job.attempt()),
        "attempted_at", Json.time(job.attemptedAt()),
        "attempted_by", Json.texts(job.attemptedBy()),
        "created_at", Json.time(job.createdAt()),
        "errors", Json.array(job.errors().stream().map(JobJson::error).toList()),
        "finalized_at", Json.time(job.finalizedAt()),
        "id", String.valueOf(job.id()),
        "kind", Json.text(job.kind()),
        "max_attempts", String.valueOf(job.maxAttempts()),
        "metadata", metadata(job.metadata()),
        "priority", String.valueOf(job.priority()),
        "queue", Json.text(job.queue()),
        "scheduled_at", Json.time(job.scheduledAt()),
        "state", Json.text(job.state().wireName()),
        "tags", Json.texts(job.tags()),
        "unique_key", key(job.uniqueKey()),
        "unique_states", states(job));
  }

  static String list(List<JobRow> jobs) {
    return Json.array(jobs.stream().map(JobJson::of).toList());
  }

  private static String error(AttemptError error) {
    return Json.object(
        "at", Json.time(error.at()),
        "attempt", String.valueOf(error.attempt()),
        "error", Json.text(error.error()),
        "trace", Json.text(error.trace()));
  }

  private static String metadata(String metadata) {
    if (!GoJson.isObject(metadata)) {
      return GoJson.compact(metadata);
    }
    Map<String, String> members = JsonObjects.members(metadata);
    members.remove(NONCE);
    return members.entrySet().stream()
        .map(member -> GoJson.quote(member.getKey()) + ":" + member.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String key(@Nullable UniqueKey key) {
    return key == null ? "null" : Json.text(key.hex());
  }

  /** None without a key. */
  private static String states(JobRow job) {
    if (job.uniqueKey() == null) {
      return "null";
    }
    return Json.texts(job.uniqueStates().stream().map(JobState::wireName).sorted().toList());
  }
}
