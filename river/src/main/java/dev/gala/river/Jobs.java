package dev.gala.river;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.JobCounted;
import dev.gala.river.driver.JobListQuery;
import dev.gala.river.internal.control.DeleteRules;
import dev.gala.river.internal.control.ListRules;
import dev.gala.river.internal.control.RestartRules;
import dev.gala.river.internal.control.Transactions;
import dev.gala.river.job.JobCount;
import dev.gala.river.job.JobCursor;
import dev.gala.river.job.JobDeleteParams;
import dev.gala.river.job.JobList;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobRestart;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobTallyParams;
import dev.gala.river.job.JobUpdate;
import dev.gala.river.job.JobsRestarted;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.json.GoJson;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of a database, to look at and to change by hand: those of every client, whatever kinds
 * it knows. Each operation is a transaction of its own, or part of the caller's. Safe for use by
 * many threads; good as long as its database is open.
 *
 * <p>Every operation throws {@link RiverException} with {@link
 * RiverError#CONNECTION_IN_AUTO_COMMIT} if the caller's connection has no transaction, and with
 * what the database says.
 */
public final class Jobs {
  /** The most jobs restarted at once. */
  public static final int MAX_RESTARTS = 10_000;

  private static final int COUNTED_AT_ONCE = 100_000;
  private static final int MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

  private final Driver driver;
  private final InstantSource clock;

  Jobs(Driver driver, InstantSource clock) {
    this.driver = driver;
    this.clock = clock;
  }

  /** {@link #get(long, Tx)} in a transaction of its own. */
  public JobRow get(long id) {
    return get(id, Tx.own());
  }

  /**
   * The row of a job.
   *
   * @throws RiverException with {@link RiverError#NOT_FOUND} if there is none
   */
  public JobRow get(long id, Tx tx) {
    return found(id, in(tx).jobGet(id));
  }

  /** {@link #list(JobListParams, Tx)} in a transaction of its own. */
  public JobList list(JobListParams params) {
    return list(params, Tx.own());
  }

  /**
   * The jobs that pass these filters, in their order.
   *
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if a parameter is out of bounds,
   *     the states do not suit the order, or the cursor is none, or of another list
   */
  public JobList list(JobListParams params, Tx tx) {
    List<JobRow> rows = in(tx).jobList(ListRules.resolve(params));
    return new JobList(rows, rows.isEmpty() ? null : cursorAt(rows.getLast(), params));
  }

  /**
   * The place of {@code row} in the list that {@code params} describe: to go on after any row of
   * it. Where the row's time is beyond the year 9999, River's clients in Go cannot read it.
   */
  public JobCursor cursorAt(JobRow row, JobListParams params) {
    return ListRules.cursorAt(row, params);
  }

  /**
   * Counts jobs by texts in their metadata, most jobs first: a look at a bounded part of the table,
   * however large that is. In a transaction of its own.
   */
  public List<JobCount> tally(JobTallyParams params) {
    return in(Tx.own()).jobTally(params);
  }

  /**
   * How many jobs pass these filters. Counted in statements of at most {@value #COUNTED_AT_ONCE}
   * jobs, each a transaction of its own: what changes meanwhile may be counted or not. Order, place
   * and limit are not looked at.
   *
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if a parameter is out of bounds
   */
  public long count(JobListParams params) {
    JobListQuery query = ListRules.resolve(params);
    long jobs = 0;
    JobCounted counted = new JobCounted(0, 0);
    do {
      counted = driver.executor().jobCountListed(query.after(counted.lastId(), COUNTED_AT_ONCE));
      jobs += counted.jobs();
    } while (counted.jobs() == COUNTED_AT_ONCE);
    return jobs;
  }

  /** {@link #cancel(long, Tx)} in a transaction of its own. */
  public JobRow cancel(long id) {
    return cancel(id, Tx.own());
  }

  /**
   * Cancels a job that waits; asks for the cancellation of one that runs, whose worker is told and
   * may still end it otherwise; leaves one that has ended as it is.
   *
   * @return the row now
   * @throws RiverException with {@link RiverError#NOT_FOUND} if there is no such job, {@link
   *     RiverError#UNIQUE_CONFLICT} if a cancelled job of the same unique key stands in the way
   */
  public JobRow cancel(long id, Tx tx) {
    return found(id, in(tx).jobCancel(id, clock.instant()));
  }

  /** {@link #retry(long, Tx)} in a transaction of its own. */
  public JobRow retry(long id) {
    return retry(id, Tx.own());
  }

  /**
   * Makes a job available now, whatever it waits for or how it ended; one that runs, or is due
   * already, stays as it is. If its attempts are used up it gets one more. Nobody is notified: a
   * client finds it when it next polls.
   *
   * @return the row now
   * @throws RiverException with {@link RiverError#NOT_FOUND} if there is no such job, {@link
   *     RiverError#UNIQUE_CONFLICT} if another job holds its unique key by now
   */
  public JobRow retry(long id, Tx tx) {
    return found(id, in(tx).jobRetry(id));
  }

  /** {@link #restartMany(List, Tx)} in a transaction of its own. */
  public JobsRestarted restartMany(List<JobRestart> jobs) {
    return restartMany(jobs, Tx.own());
  }

  /**
   * Makes finished jobs available now, each as it was seen, and changes their metadata with that:
   * to have them worked again. Their queues are notified. One that is not any more as it was seen
   * is left alone; one whose attempts are used up gets one more; one whose unique key another row
   * holds stays as it is.
   *
   * @param jobs at most {@value #MAX_RESTARTS}, each once
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if there are too many, or one
   *     cannot be meant so; {@link RiverError#UNIQUE_CONFLICT} if a key was taken meanwhile, and
   *     nothing was done: call it again
   */
  public JobsRestarted restartMany(List<JobRestart> jobs, Tx tx) {
    List<JobRestart> resolved = RestartRules.resolve(jobs, MAX_RESTARTS);
    return in(tx).jobRestartMany(resolved);
  }

  /** {@link #delete(long, Tx)} in a transaction of its own. */
  public JobRow delete(long id) {
    return delete(id, Tx.own());
  }

  /**
   * Deletes a job that does not run.
   *
   * @return the row as it was
   * @throws RiverException with {@link RiverError#NOT_FOUND} if there is no such job, {@link
   *     RiverError#JOB_RUNNING} if it runs, and was not deleted
   */
  public JobRow delete(long id, Tx tx) {
    JobRow row = found(id, in(tx).jobDelete(id));
    if (row.state() == JobState.RUNNING) {
      throw new RiverException(
          RiverError.JOB_RUNNING,
          "job " + id + " runs, and running jobs cannot be deleted: cancel it first");
    }
    return row;
  }

  /** {@link #deleteMany(JobDeleteParams, Tx)} in a transaction of its own. */
  public List<JobRow> deleteMany(JobDeleteParams params) {
    return deleteMany(params, Tx.own());
  }

  /**
   * Deletes jobs, up to a limit; those that run, or that somebody else is changing, are passed
   * over.
   *
   * @return the rows as they were, by id
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if a parameter is out of bounds,
   *     or nothing says which jobs are meant
   */
  public List<JobRow> deleteMany(JobDeleteParams params, Tx tx) {
    return in(tx).jobDeleteMany(DeleteRules.resolve(params));
  }

  /** {@link #update(long, JobUpdate, Tx)} in a transaction of its own. */
  public JobRow update(long id, JobUpdate update) {
    return update(id, update, Tx.own());
  }

  /**
   * Changes a job's row, whatever its state.
   *
   * @return the row now
   * @throws RiverException with {@link RiverError#NOT_FOUND} if there is no such job, {@link
   *     RiverError#PARAMS_INVALID} if the output is no JSON, or too large
   */
  public JobRow update(long id, JobUpdate update, Tx tx) {
    return found(id, in(tx).jobUpdate(id, metadata(update)));
  }

  private static String metadata(JobUpdate update) {
    String output = update.output();
    if (output == null) {
      return "{}";
    }
    String compact;
    try {
      compact = GoJson.compact(output);
    } catch (IllegalArgumentException e) {
      throw new RiverException(
          RiverError.PARAMS_INVALID, "the output is no JSON: " + e.getMessage(), e);
    }
    int bytes = compact.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_OUTPUT_BYTES) {
      throw new RiverException(
          RiverError.PARAMS_INVALID,
          "the output has " + bytes + " bytes: give at most " + MAX_OUTPUT_BYTES);
    }
    return "{\"output\":" + compact + "}";
  }

  private static JobRow found(long id, @Nullable JobRow row) {
    if (row == null) {
      throw new RiverException(RiverError.NOT_FOUND, "there is no job " + id);
    }
    return row;
  }

  private Executor in(Tx tx) {
    return Transactions.in(driver, tx);
  }
}
