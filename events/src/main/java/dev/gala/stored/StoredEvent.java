package dev.gala.stored;

import dev.gala.event.Envelope;
import dev.gala.event.EventId;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event as it is stored, and how it stands.
 *
 * @param id the event's id
 * @param jobId the job that carries it
 * @param topic its topic
 * @param state the state of its job
 * @param kind the kind of its job
 * @param queue the queue it waits in, or waited in
 * @param attempt how many attempts were begun
 * @param maxAttempts how many there may be
 * @param emittedAt when it was emitted; when its job was inserted, if the envelope cannot be read
 * @param scheduledAt when it is due, or was last
 * @param finalizedAt when its job ended; null if it has not
 * @param redrivenAt when it was last redriven; null if it was not
 * @param envelope the event; null if it cannot be read
 * @param envelopeJson the envelope's text as stored; empty if there is none
 * @param problem what cannot be read of it; null if all can
 * @param listeners those that are known of: attached where it was emitted, or told of by its row
 * @param errors its failed attempts, oldest first
 */
public record StoredEvent(
    EventId id,
    long jobId,
    String topic,
    JobState state,
    String kind,
    String queue,
    int attempt,
    int maxAttempts,
    Instant emittedAt,
    Instant scheduledAt,
    @Nullable Instant finalizedAt,
    @Nullable Instant redrivenAt,
    @Nullable Envelope envelope,
    String envelopeJson,
    @Nullable String problem,
    List<StoredListener> listeners,
    List<AttemptError> errors) {
  /** Copies the lists. */
  public StoredEvent {
    listeners = List.copyOf(listeners);
    errors = List.copyOf(errors);
  }

  /** The listener of this name; null if nothing is known of one. */
  public @Nullable StoredListener listener(String name) {
    return listeners.stream()
        .filter(listener -> listener.name().equals(name))
        .findFirst()
        .orElse(null);
  }
}
