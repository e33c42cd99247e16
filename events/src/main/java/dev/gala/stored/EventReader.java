package dev.gala.stored;

import dev.gala.durable.RiverDispatchArgs;
import dev.gala.event.Envelope;
import dev.gala.event.EventId;
import dev.gala.event.GalaException;
import dev.gala.internal.dispatch.Marks;
import dev.gala.river.job.JobRow;
import dev.gala.river.json.JsonObjects;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** From rows to events. What cannot be read is said, and the rest is shown. Pure. */
final class EventReader {
  private static final String NAMESPACES = "gala.";

  private EventReader() {}

  /** Whether a row carries an event. */
  static boolean isEvent(JobRow row) {
    return row.kind().equals(RiverDispatchArgs.KIND) || row.kind().startsWith(NAMESPACES);
  }

  /** The id of a row's event, without reading the envelope; empty if the row does not tell it. */
  static EventId id(JobRow row) {
    return new EventId(text(row, "event_id", ""));
  }

  static StoredEvent read(JobRow row) {
    @Nullable Envelope envelope = null;
    @Nullable String problem = null;
    RiverDispatchArgs args = RiverDispatchArgs.JOB_TYPE.codec().decode(row.args());
    try {
      envelope = args.decodeEnvelope();
    } catch (GalaException unreadable) {
      problem = unreadable.getMessage();
    }
    Marks marks = Marks.none();
    try {
      marks = Marks.read(row.metadata());
    } catch (IllegalArgumentException unreadable) {
      problem =
          problem == null ? unreadable.getMessage() : problem + "; " + unreadable.getMessage();
    }
    return new StoredEvent(
        envelope == null ? id(row) : envelope.id(),
        row.id(),
        envelope == null ? text(row, "topic", "") : envelope.topic(),
        row.state(),
        row.kind(),
        row.queue(),
        row.attempt(),
        row.maxAttempts(),
        envelope == null ? row.createdAt() : envelope.occurredAt(),
        row.scheduledAt(),
        row.finalizedAt(),
        marks.redriven() == null ? null : marks.redriven().at(),
        envelope,
        envelopeJson(args),
        problem,
        Standing.of(row, marks).listeners(),
        row.errors());
  }

  private static String text(JobRow row, String key, String otherwise) {
    String text = JsonObjects.textAt(row.metadata(), key);
    return text == null ? otherwise : text;
  }

  private static String envelopeJson(RiverDispatchArgs args) {
    try {
      return new String(Base64.getDecoder().decode(args.envelope()), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException noBase64) {
      return "";
    }
  }
}
