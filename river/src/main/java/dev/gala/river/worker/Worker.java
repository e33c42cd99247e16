package dev.gala.river.worker;

import dev.gala.river.job.JobRow;
import java.time.Duration;
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
}
