package dev.gala.stored;

import dev.gala.durable.RiverDispatchArgs;
import dev.gala.event.Envelope;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Rows of events, made up. */
final class Ended {
  static final Instant EMITTED = Instant.parse("2026-01-02T03:04:05Z");
  static final Instant ENDED = EMITTED.plusSeconds(60);

  private Ended() {}

  /**
   * A row.
   *
   * @param metadata the members of its metadata, besides the event's own
   * @param errors the texts of its failed attempts
   */
  static JobRow row(JobState state, String metadata, String... errors) {
    List<AttemptError> failed = new ArrayList<>();
    for (String error : errors) {
      failed.add(new AttemptError(EMITTED, failed.size() + 1, error, ""));
    }
    String args =
        RiverDispatchArgs.JOB_TYPE
            .codec()
            .encode(RiverDispatchArgs.of(Envelope.of("orders", "{\"n\":1}", EMITTED)));
    return new JobRow(
        7,
        state,
        3,
        3,
        EMITTED,
        EMITTED,
        state.isFinal() ? ENDED : null,
        EMITTED,
        1,
        args,
        List.of("client"),
        failed,
        RiverDispatchArgs.KIND,
        "{\"topic\":\"orders\",\"event_id\":\"e-1\""
            + (metadata.isEmpty() ? "" : ",")
            + metadata
            + "}",
        "events",
        List.of(),
        null,
        Set.of());
  }

  static String failed(String listener, String why) {
    return "gala: listener \"" + listener + "\" execution failed: " + why;
  }

  /** A member of the metadata: that a listener is finished. */
  static String mark(String listener, String state) {
    return "\"gala:listener:"
        + listener
        + "\":{\"state\":\""
        + state
        + "\",\"attempt\":2,\"at\":\"2026-01-02T03:04:06Z\",\"ms\":12}";
  }

  static String listeners(String... names) {
    return "\"listeners\":[\"" + String.join("\",\"", names) + "\"]";
  }
}
