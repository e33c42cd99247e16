package dev.gala.internal.dispatch;

import dev.gala.event.Emitter;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.river.job.AttemptError;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one event, as it comes.
 *
 * @param envelope the event
 * @param marks what earlier rounds left
 * @param attempt the attempt's number, from 1
 * @param maxAttempts how many there may be
 * @param dueTime when the event was first to be handled: the grace for missing listeners does not
 *     begin before
 * @param previousErrors the failed attempts so far
 * @param emitter what handlers emit with; it need not know the parent event
 * @param carrier what else they may do to what carries the event
 * @param cancelled whether the attempt should end early
 * @param deadline when the attempt's time is over; null if it has no limit
 * @param context what the event's own context is restored onto
 */
public record Incoming(
    Envelope envelope,
    Marks marks,
    int attempt,
    int maxAttempts,
    Instant dueTime,
    List<AttemptError> previousErrors,
    Emitter emitter,
    Carrier carrier,
    BooleanSupplier cancelled,
    @Nullable Instant deadline,
    EventContext context) {

  /** Copies the list. */
  public Incoming {
    previousErrors = List.copyOf(previousErrors);
  }

  /** This with other marks. */
  Incoming with(Marks marks) {
    return new Incoming(
        envelope,
        marks,
        attempt,
        maxAttempts,
        dueTime,
        previousErrors,
        emitter,
        carrier,
        cancelled,
        deadline,
        context);
  }

  /** This with the event under another topic's name. */
  Incoming under(String topic) {
    return new Incoming(
        envelope.withTopic(topic),
        marks,
        attempt,
        maxAttempts,
        dueTime,
        previousErrors,
        emitter,
        carrier,
        cancelled,
        deadline,
        context);
  }
}
