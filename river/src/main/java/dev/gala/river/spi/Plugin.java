package dev.gala.river.spi;

import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.PeriodicJob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an application puts around every insert and every attempt: implement what is needed. The
 * first plugin of a client is the outermost, and those of all kinds stand around those of one kind.
 * Called by many threads at once.
 *
 * <p>It is River's middleware and hooks in one. An insert passes through {@link #insertMany} of
 * every plugin, and then, job by job, through {@link #insertBegin}. An attempt passes through
 * {@link #work} of every plugin, then {@link #workBegin}, the worker, and {@link #workEnd}.
 */
public interface Plugin {
  /**
   * Stands around the insert of a batch. It may leave {@code next} out, and answer itself. What it
   * throws the caller gets; where the insert is a transaction of its own, what {@code next} has
   * inserted stays.
   *
   * <p>The rows of a bulk insert have the id 0 and this client's time: the database does not say.
   *
   * @param jobs every option decided and checked, unique keys made
   * @return the results, one for each of {@code jobs}, in their order
   */
  default List<InsertResult> insertMany(List<JobInsertParams> jobs, InsertChain next) {
    return next.insertMany(jobs);
  }

  /**
   * Looks at a job just before it is inserted, and may change it. The unique key stays the one made
   * before. What it throws ends the whole insert.
   *
   * @return what is inserted
   */
  default JobInsertParams insertBegin(JobInsertParams job) {
    return job;
  }

  /**
   * Stands around an attempt: decoding, hooks, timeout and worker. It may leave {@code next} out,
   * and give the outcome itself; what it throws fails the attempt.
   *
   * @throws Exception any
   */
  default Outcome work(JobRow job, WorkChain next) throws Exception {
    return next.work(job);
  }

  /**
   * Called before the arguments are decoded. What it throws fails the attempt.
   *
   * @throws Exception any
   */
  default void workBegin(JobRow job) throws Exception {}

  /**
   * Called when the worker ended, unless {@link #workBegin} or decoding failed.
   *
   * @param thrown what the worker threw, or what the plugin before made of it; null if it ended
   *     well
   * @return what counts as thrown; null makes the attempt a success
   */
  default @Nullable Throwable workEnd(JobRow job, @Nullable Throwable thrown) {
    return thrown;
  }

  /**
   * Called when the client, now the leader, begins to insert its periodic jobs: River's hook {@code
   * PeriodicJobsStart}. What it throws keeps it from beginning, and after some attempts from
   * leading. The election waits for it.
   *
   * @param jobs the definitions, as they are now
   */
  default void periodicJobsStart(List<PeriodicJob<?>> jobs) {}

  /** Called with a measurement. What it throws is logged. */
  default void metric(Metric metric) {}

  /** The rest of an insert. */
  @FunctionalInterface
  interface InsertChain {
    /** Inserts. */
    List<InsertResult> insertMany(List<JobInsertParams> jobs);
  }

  /** The rest of an attempt. */
  @FunctionalInterface
  interface WorkChain {
    /**
     * Works.
     *
     * @throws Exception any
     */
    Outcome work(JobRow job) throws Exception;
  }
}
