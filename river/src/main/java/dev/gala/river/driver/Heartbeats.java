package dev.gala.river.driver;

import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What the clients of a database know of each other's lives, and how the jobs of a dead one are put
 * back. One for each client; safe for use by many threads.
 *
 * <p>{@link #beat} and {@link #leave} have a connection of their own, which is kept, and made anew
 * after a failure: they wait for nobody. The rest is done as the engine's other work.
 *
 * <p>All methods throw with {@link RiverError#SCHEMA_OUTDATED} where the table of heartbeats is
 * missing.
 */
public interface Heartbeats extends AutoCloseable {
  /**
   * Who renews.
   *
   * @param clientId unique among all clients there ever were
   * @param ttl how long the client may be silent before others take it for dead
   */
  record BeatParams(String clientId, Duration ttl) {}

  /**
   * What the database said to a renewal.
   *
   * @param now by the database's clock, not later than what is told here was true
   * @param beat which renewal of this row it was, from 1: the row is new then
   * @param sweeps how often others put back jobs that ran in this client's name
   * @param silent other clients that were silent for longer than both their own time and the asking
   *     client's; of those whose jobs were put back lately, none
   */
  record Beat(Instant now, long beat, long sweeps, List<Silent> silent) {
    /** Copies the list. */
    public Beat {
      silent = List.copyOf(silent);
    }
  }

  /**
   * A client that is silent.
   *
   * @param clientId its id
   * @param beat its last renewal
   * @param beatAt when that was, by the database's clock
   * @param ttl how long it may be silent
   */
  record Silent(String clientId, long beat, Instant beatAt, Duration ttl) {}

  /**
   * A client taken for dead.
   *
   * @param clientId its id
   * @param beat its last renewal: if there was another meanwhile, it lives
   * @param cause what the errors of its jobs say
   */
  record Dead(String clientId, long beat, String cause) {}

  /**
   * Whose jobs to put back.
   *
   * @param dead whose
   * @param max at most so many jobs
   * @param keep a client that has been silent for longer is forgotten, once nothing runs in its
   *     name
   */
  record RescueParams(List<Dead> dead, int max, Duration keep) {
    /** Copies the list. */
    public RescueParams {
      dead = List.copyOf(dead);
    }
  }

  /**
   * What was put back.
   *
   * @param turn false if another client was at it: nothing was done
   * @param jobs the jobs
   * @param more whether there may be others still, so that it is to be done again
   * @param forgotten the clients forgotten
   */
  record Rescue(boolean turn, List<RescuedJob> jobs, boolean more, List<String> forgotten) {
    /** Copies the lists. */
    public Rescue {
      jobs = List.copyOf(jobs);
      forgotten = List.copyOf(forgotten);
    }
  }

  /**
   * A job put back.
   *
   * @param jobId which
   * @param state its state now
   * @param queue its queue
   * @param clientId in whose name it ran
   */
  record RescuedJob(long jobId, JobState state, String queue, String clientId) {}

  /**
   * An attempt that runs in a client's name.
   *
   * @param attemptId which
   * @param queue the job's queue
   * @param cancelRequested whether its cancellation was asked for
   */
  record RunningAttempt(AttemptId attemptId, String queue, boolean cancelRequested) {}

  /**
   * Renews a client's heartbeat, making its row if there is none, and tells who is silent. What
   * fails may have been done.
   *
   * @throws RiverException as the database refuses
   */
  Beat beat(BeatParams params);

  /** Deletes a client's row: nobody looks after its jobs any more. */
  void leave(String clientId);

  /**
   * Puts back jobs that run in the names of dead clients, one caller at a time in the whole
   * database: with an error that says why, and one more in {@code river:rescue_count}. One whose
   * attempts are used up is discarded, one whose cancellation was asked for is cancelled. A job is
   * due at once when this happens to it for the first time, and after n⁴ s (± 10 %) after n times
   * before. The queues with due jobs are notified. Rows that somebody locks are passed over, and
   * their client is not forgotten.
   *
   * @throws RiverException as the database refuses
   */
  Rescue rescue(RescueParams params);

  /**
   * The attempts that run in a client's name.
   *
   * @param queues only jobs of these queues
   * @param max at most so many
   */
  List<RunningAttempt> running(String clientId, List<String> queues, int max);

  /** Gives the connection back; it is made anew when it is used again. Idempotent. */
  @Override
  void close();
}
