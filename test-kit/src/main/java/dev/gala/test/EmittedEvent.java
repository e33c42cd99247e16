package dev.gala.test;

import dev.gala.event.Envelope;
import dev.gala.event.EventId;
import dev.gala.event.Headers;
import dev.gala.river.job.JobRow;

/**
 * An event that is stored.
 *
 * @param envelope as it is stored
 * @param payload decoded
 * @param job the job that carries it, as it is now
 * @param <T> the payload's type
 */
public record EmittedEvent<T>(Envelope envelope, T payload, JobRow job) {
  /** The event's id. */
  public EventId id() {
    return envelope.id();
  }

  /** What stands beside the payload. */
  public Headers headers() {
    return envelope.headers();
  }

  /** One line for people. */
  @Override
  public String toString() {
    Headers headers = headers();
    var line = new StringBuilder().append(id()).append(' ').append(payload);
    if (!headers.properties().isEmpty()) {
      line.append(", properties ").append(headers.properties());
    }
    if (!headers.tags().isEmpty()) {
      line.append(", tags ").append(headers.tags());
    }
    return line.append(", queue ")
        .append(job.queue())
        .append(", ")
        .append(job.state().wireName())
        .toString();
  }
}
