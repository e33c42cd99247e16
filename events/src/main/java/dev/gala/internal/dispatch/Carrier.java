package dev.gala.internal.dispatch;

import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.EventId;
import java.util.function.Function;

/**
 * What carries an event, and what listeners may have written of it beside their outcome. Good for
 * one attempt. Safe for use by many threads.
 */
public interface Carrier {
  /**
   * Begins a transaction for a listener. Waits for a connection, if those there are for listeners
   * are all in use.
   *
   * @throws InterruptedException if the attempt is to end meanwhile
   * @throws dev.gala.river.job.RiverException with {@link dev.gala.river.job.RiverError#CLAIM_LOST}
   *     if the attempt no longer holds the event, or what the database says
   */
  Transaction begin() throws InterruptedException;

  /** Keeps a listener's output. */
  void recordOutput(String listener, String json);

  /**
   * Emits an event, unless this was done before: in another attempt, or in this one.
   *
   * @param id the event's; also what is remembered
   * @param listener which listener emits it
   * @param emit emits it, on the emitter it is given
   */
  EmitReceipt emitOnce(EventId id, String listener, Function<Emitter, EmitReceipt> emit);
}
