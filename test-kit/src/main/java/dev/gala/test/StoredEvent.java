package dev.gala.test;

import dev.gala.event.Envelope;
import dev.gala.river.job.JobRow;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event as its job has it.
 *
 * @param row the job
 * @param read null if the envelope cannot be read
 */
record StoredEvent(JobRow row, @Nullable Envelope read) {
  /** In which they are handled. */
  static final Comparator<StoredEvent> ORDER =
      Comparator.comparing(StoredEvent::dueSince).thenComparingLong(event -> event.row().id());

  boolean isReadable() {
    return read != null;
  }

  Envelope envelope() {
    return Objects.requireNonNull(read, "the envelope cannot be read");
  }

  boolean isDue(Instant now) {
    return !row.scheduledAt().isAfter(now);
  }

  /**
   * By the test's clock as far as it knows: of an event that was never tried, the row has the
   * database's time where none was given.
   */
  private Instant dueSince() {
    if (read == null || row.attemptedAt() != null) {
      return row.scheduledAt();
    }
    Instant scheduled = read.headers().scheduledTime();
    return scheduled == null ? read.occurredAt() : scheduled;
  }

  <T> EmittedEvent<T> withPayload(T payload) {
    return new EmittedEvent<>(envelope(), payload, row);
  }

  /** For messages. */
  String described() {
    Envelope envelope = read;
    return envelope == null
        ? "job " + row.id() + ", whose envelope cannot be read"
        : "event " + envelope.id() + " of topic " + envelope.topic();
  }
}
