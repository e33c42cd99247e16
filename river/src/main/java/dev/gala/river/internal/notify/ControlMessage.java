package dev.gala.river.internal.notify;

import dev.gala.river.driver.Executor;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.JsonObjects;
import org.jspecify.annotations.Nullable;

/** What is told on the control topic. */
public sealed interface ControlMessage {
  /**
   * A job's cancellation was asked for.
   *
   * @param jobId the job
   * @param queue its queue
   */
  record Cancel(long jobId, String queue) implements ControlMessage {}

  /**
   * A queue's metadata were replaced.
   *
   * @param metadata a JSON object as text
   * @param queue a queue, or {@link Executor#ALL_QUEUES}
   */
  record MetadataChanged(String metadata, String queue) implements ControlMessage {}

  /**
   * Nothing more is to be fetched.
   *
   * @param queue from a queue, or {@link Executor#ALL_QUEUES}
   */
  record Pause(String queue) implements ControlMessage {}

  /**
   * Fetching may go on.
   *
   * @param queue from a queue, or {@link Executor#ALL_QUEUES}
   */
  record Resume(String queue) implements ControlMessage {}

  /**
   * Something a later River says.
   *
   * @param action what is to be done
   */
  record Unknown(String action) implements ControlMessage {}

  /** Reads a payload; null if it is none that River would write. */
  static @Nullable ControlMessage of(String payload) {
    String action = JsonObjects.textAt(payload, "action");
    if (action == null) {
      return null;
    }
    String queue = JsonObjects.textAt(payload, "queue");
    return switch (action) {
      case "cancel" -> {
        Long jobId = JsonObjects.longAt(payload, "job_id");
        yield jobId == null || queue == null ? null : new Cancel(jobId, queue);
      }
      case "metadata_changed" -> {
        String metadata = JsonObjects.members(payload).get("metadata");
        if (metadata == null || queue == null || !GoJson.isObject(metadata)) {
          yield null;
        }
        yield new MetadataChanged(metadata, queue);
      }
      case "pause" -> queue == null ? null : new Pause(queue);
      case "resume" -> queue == null ? null : new Resume(queue);
      default -> new Unknown(action);
    };
  }
}
