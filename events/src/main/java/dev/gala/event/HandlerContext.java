package dev.gala.event;

import dev.gala.river.job.AttemptError;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a handler is told beside the event. Events emitted on it are children of the one handled:
 * they carry the properties {@code correlation_id} (of the first event of the chain) and {@code
 * causation_id} (the id of the event handled). Safe for use by many threads, during the call.
 */
public interface HandlerContext extends Emitter {
  /** Property of a child event: the {@code correlation_id} of its parent, else the parent's id. */
  String CORRELATION_ID = "correlation_id";

  /** Property of a child event: its parent's id. */
  String CAUSATION_ID = "causation_id";

  /** The event's envelope. */
  Envelope envelope();

  /** The context restored from the emitter's; also the current one of the handler's thread. */
  EventContext eventContext();

  /** What the runtime was given for handlers to depend on; without anything, if it was not. */
  Injector injector();

  /** The number of this attempt, from 1. */
  int attempt();

  /** How many attempts the event may use. */
  int maxAttempts();

  /** The failed attempts so far, oldest first. */
  List<AttemptError> previousErrors();

  /**
   * Whether the handler should end early: its time is over or the runtime is stopping. Its thread
   * has been interrupted besides.
   */
  boolean cancelled();

  /** When the handler's time is over; null if it has no limit. */
  @Nullable Instant deadline();

  /** Runs tasks on threads of their own that see {@link #eventContext()} as the current one. */
  Executor executor();

  /**
   * Keeps what the handler made of the event, with the job: the member of the job's {@code output}
   * that has the listener's name. Written with the attempt's outcome, whatever that is, or with the
   * listener's transaction; the last one wins. Not kept in memory.
   *
   * @param json any JSON text; all listeners together at most 32 MiB in UTF-8
   * @throws dev.gala.river.job.RiverException if it is larger, or no JSON
   */
  void recordOutput(String json);

  /** {@link #emitOnce(String, Topic, Object, EmitOptions)} with nothing given. */
  default <T> EmitReceipt emitOnce(String step, Topic<T> topic, T payload) {
    return emitOnce(step, topic, payload, EmitOptions.none());
  }

  /**
   * Emits an event that is stored at most once, however often this listener handles its own: the id
   * is made of the parent's id, the listener's name and {@code step}, and that the step is done is
   * remembered with the parent. The receipt of a repetition says {@code duplicate}.
   *
   * @param step stable, and unique within the listener
   * @param payload null only if the options hold an encoded one
   * @param options without an event id; of their durability nothing is taken, since the event is
   *     stored in full, with the memory of it
   * @throws GalaException if it cannot be emitted, or this attempt no longer holds the event
   * @throws IllegalArgumentException if the step is blank, or an event id is given
   */
  <T> EmitReceipt emitOnce(String step, Topic<T> topic, @Nullable T payload, EmitOptions options);
}
