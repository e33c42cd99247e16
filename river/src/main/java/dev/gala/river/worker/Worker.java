package dev.gala.river.worker;

import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Works the jobs of one kind. Called on virtual threads, by many at once.
 *
 * @param <T> the arguments' type
 */
@FunctionalInterface
public interface Worker<T> {
  /**
   * Works one attempt. Whatever is thrown fails the attempt: the job is retried by the client's
   * policy until its attempts are used up.
   *
   * @throws Exception any
   */
  Outcome work(WorkContext<T> context) throws Exception;

  /**
   * How long an attempt may take before its thread is interrupted; null means the client's setting,
   * zero or less means no limit.
   */
  default @Nullable Duration timeout(JobRow job) {
    return null;
  }

  /**
   * How long after its start an attempt without a time limit counts as stuck, for whoever leads;
   * null, the default, means never. Not asked before the client's {@code rescueStuckJobsAfter} is
   * over.
   */
  default @Nullable Duration rescueAfter(JobRow job) {
    return null;
  }

  /**
   * When a job whose attempt has just failed is due again; null means the client's policy. A time
   * already past is replaced by the default policy's. Not asked about attempts that failed before
   * their arguments were read.
   *
   * @param job the row as claimed: its errors are those of earlier attempts
   * @param failure what failed the attempt
   */
  default @Nullable Instant nextRetry(JobRow job, Throwable failure) {
    return null;
  }

  /**
   * Whether a job that this client is about to insert may begin here at once, where the client
   * {@linkplain dev.gala.river.RiverConfig.Builder#directDispatch dispatches directly}; true by
   * default. Asked by whoever inserts: must be quick, and must not throw.
   */
  default boolean beginsAtOnce(JobInsertParams job) {
    return true;
  }

  /**
   * What stands around this worker's attempts at {@code job}, outside every plugin of the client;
   * the first is the outermost. What this throws fails the attempt.
   */
  default List<WorkMiddleware> middleware(JobRow job) {
    return List.of();
  }
}
