package dev.gala.river.driver;

import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The statements of what one client does for all, named as in River; each is a transaction of its
 * own. All are bounded, pass over locked rows, and are right when two clients send them at once.
 * Safe for use by many threads.
 *
 * <p>A statement that takes longer than its {@code limit} is ended by the database, did nothing,
 * and fails with {@link RiverError#TIMED_OUT} or {@link RiverError#ROW_LOCKED}.
 */
public interface Maintenance {
  /**
   * Which finished jobs to delete.
   *
   * @param state a final one
   * @param retention those that ended longer ago than this, by the database's clock
   * @param from none that ended before; null means any. Where many were just deleted, their traces
   *     in the index need not be gone through again
   * @param max at most so many, the oldest
   */
  record JobDeleteBeforeParams(
      JobState state, Duration retention, @Nullable Instant from, int max) {}

  /**
   * Which jobs were deleted.
   *
   * @param count how many
   * @param last when the last of them had ended; null if there was none
   */
  record JobsDeleted(int count, @Nullable Instant last) {}

  /**
   * Which running jobs count as stuck.
   *
   * @param age those whose attempt began longer ago than this, by the database's clock
   * @param afterId only those with larger ids
   * @param max at most so many
   */
  record JobGetStuckParams(Duration age, long afterId, int max) {}

  /**
   * Which queues count as forgotten.
   *
   * @param age those that no client has reported for longer than this, by the database's clock
   * @param max at most so many
   */
  record QueueDeleteExpiredParams(Duration age, int max) {}

  /**
   * What remains of rebuilds of an index that did not end well; those under way may be among them.
   *
   * @return names of indexes
   */
  List<String> indexArtifacts(String index);

  /**
   * Drops what remains of rebuilds of an index, beside its use. An index that is in use is never
   * dropped.
   *
   * @return the names of those dropped
   */
  List<String> indexDropArtifacts(String index, Duration limit);

  /**
   * Rebuilds an index beside its use, on a connection of its own. What fails may leave an artifact.
   *
   * @param limit how long it may take; null means as long as it takes
   * @param canceller is given, before it begins, what ends it early: from any thread, at any time,
   *     and again and again, for what is asked just before it begins may do nothing. A server that
   *     does not answer is given up then. It may take some seconds
   * @throws RiverException with {@link RiverError#TIMED_OUT} if it took too long or was ended, with
   *     {@link RiverError#OUTCOME_UNKNOWN} if the server did not answer, or with what the database
   *     says
   */
  void indexReindex(String index, @Nullable Duration limit, Consumer<Runnable> canceller);

  /** Those of these indexes that there are, where River's tables are. */
  Set<String> indexesExist(List<String> indexes);

  /** Deletes jobs that ended long ago. */
  JobsDeleted jobDeleteBefore(JobDeleteBeforeParams params, Duration limit);

  /**
   * The running jobs whose attempt began long ago, by id. A row that cannot be read comes with what
   * can be.
   */
  List<ClaimedJob> jobGetStuck(JobGetStuckParams params, Duration limit);

  /**
   * Ends attempts on behalf of clients that did not, each behind its fence: state, error, and one
   * more in the metadata's {@code river:rescue_count}.
   *
   * @param jobs each of another job
   * @return the ids of those rescued; one that is missing had moved on, or is locked
   */
  List<Long> jobRescueMany(List<JobRescueParams> jobs, Duration limit);

  /**
   * Makes scheduled and retryable jobs available whose time has come or is near, and, in the same
   * transaction, notifies the queues of those already due.
   *
   * @return how many were moved
   */
  int jobSchedule(JobScheduleParams params, Duration limit);

  /**
   * Deletes queues that nobody works any more, by name. A paused one stays, and with it the pause.
   *
   * @return the names of those deleted
   */
  List<String> queueDeleteExpired(QueueDeleteExpiredParams params, Duration limit);
}
