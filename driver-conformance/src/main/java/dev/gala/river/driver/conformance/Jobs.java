package dev.gala.river.driver.conformance;

import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobState;
import dev.gala.river.job.UniqueKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jobs to insert. */
final class Jobs {
  /** River's usual states of unique keys: all but cancelled and discarded. */
  static final int USUAL_STATES = 0b1111_0101;

  private Jobs() {}

  /** One that is due. */
  static JobInsertParams job() {
    return job(JobState.AVAILABLE, DriverConformance.PAST);
  }

  static JobInsertParams job(JobState state, @Nullable Instant scheduledAt) {
    return new JobInsertParams(
        "{}", "kind", 25, "{}", 1, "default", scheduledAt, state, List.of(), null, 0);
  }

  static JobInsertParams inQueue(String queue) {
    return new JobInsertParams(
        "{}",
        "kind",
        25,
        "{}",
        1,
        queue,
        DriverConformance.PAST,
        JobState.AVAILABLE,
        List.of(),
        null,
        0);
  }

  static JobInsertParams of(String kind, int priority, Instant scheduledAt) {
    return new JobInsertParams(
        "{}",
        kind,
        25,
        "{}",
        priority,
        "default",
        scheduledAt,
        JobState.AVAILABLE,
        List.of(),
        null,
        0);
  }

  static JobInsertParams tagged(String metadata, String... tags) {
    return new JobInsertParams(
        "{}",
        "kind",
        25,
        metadata,
        1,
        "default",
        DriverConformance.PAST,
        JobState.AVAILABLE,
        List.of(tags),
        null,
        0);
  }

  static JobInsertParams withAttempts(int maxAttempts) {
    return new JobInsertParams(
        "{}",
        "kind",
        maxAttempts,
        "{}",
        1,
        "default",
        DriverConformance.PAST,
        JobState.AVAILABLE,
        List.of(),
        null,
        0);
  }

  /** One with a key, made from a number. */
  static JobInsertParams unique(int key, String kind, int states) {
    return new JobInsertParams(
        "{\"kind of\": \"" + kind + "\"}",
        kind,
        25,
        "{}",
        1,
        "default",
        DriverConformance.PAST,
        JobState.AVAILABLE,
        List.of(),
        key(key),
        states);
  }

  static UniqueKey key(int number) {
    return new UniqueKey(String.format("%064x", number));
  }
}
