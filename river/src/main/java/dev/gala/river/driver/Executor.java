package dev.gala.river.driver;

import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobCount;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRestart;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobTallyParams;
import dev.gala.river.job.JobsRestarted;
import dev.gala.river.job.Queue;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine's statements, named as in River. Each is one transaction of its own, or part of the
 * caller's, as the {@link Driver} was asked. Every notification is sent in the transaction of what
 * it tells.
 */
public interface Executor {
  /** The name that stands for every queue where queues are paused and resumed. */
  String ALL_QUEUES = "*";

  /**
   * What rows have become of attempts, looked at without waiting for anybody's lock.
   *
   * @return of those attempts whose rows are in no later one, the rows' states; {@link
   *     JobState#RUNNING} means that the attempt still has its claim
   */
  Map<AttemptId, JobState> jobAttemptStates(List<AttemptId> attempts);

  /**
   * Asks for a job's cancellation: a running one is marked and its worker told, a waiting one is
   * cancelled at once, one that has ended stays as it is. Of every job that has not ended the topic
   * {@link NotificationTopic#CONTROL} is told.
   *
   * @param attemptedAt when it was asked for, by the caller's clock; the mark of a running job does
   *     not say less than when its attempt began
   * @return the row now; null if there is none
   * @throws RiverException with {@link RiverError#UNIQUE_CONFLICT} if another row holds its key
   */
  @Nullable JobRow jobCancel(long id, Instant attemptedAt);

  /**
   * Those of these attempts, still running, whose cancellation was asked for since they began: for
   * clients that cannot listen. A mark from before a retry is none of theirs.
   *
   * @return their jobs' ids
   */
  List<Long> jobCancelRequested(List<AttemptId> attempts);

  /**
   * Claims one job by its id, whenever it is due and whatever its queue: if it is available,
   * retryable or scheduled and nobody has its row locked, it becomes running as by {@link
   * #jobGetAvailable}.
   *
   * @return null if there is no such job, or it is not to be had so
   * @throws RiverException with {@link RiverError#UNIQUE_CONFLICT} if another row holds its key
   */
  @Nullable ClaimedJob jobClaim(JobClaimParams params);

  /**
   * Completes attempts that succeeded and left nothing to write: state, end and nothing more, each
   * behind its fence. Rows that somebody has locked are passed over, whatever the lock is for; in a
   * caller's transaction they are waited for.
   *
   * @param attempts each of another job
   * @param finalizedAt the end, cut to microseconds
   * @return the ids of the jobs completed; one that is missing had lost its claim, or is locked:
   *     {@link #jobAttemptStates} says which
   */
  List<Long> jobComplete(List<AttemptId> attempts, Instant finalizedAt);

  /**
   * Counts the jobs that pass a query's filters, of those after its place by id the first ones up
   * to its limit; its order is not looked at.
   */
  JobCounted jobCountListed(JobListQuery query);

  /**
   * Deletes a job that does not run.
   *
   * @return the row as it was: deleted, unless its state is running; null if there is none
   */
  @Nullable JobRow jobDelete(long id);

  /**
   * Deletes the rows of attempts that succeeded, each behind its fence, instead of completing them.
   * Rows that somebody has locked in any way are passed over; in a caller's transaction they are
   * waited for.
   *
   * @param attempts each of another job
   * @return the ids of the jobs deleted; one that is missing had lost its claim, or is locked:
   *     {@link #jobAttemptStates} says which
   * @throws RiverException with {@link RiverError#ROW_REFUSED} if the database lets one of them not
   *     go, for a foreign key of somebody's for instance: none was deleted
   */
  List<Long> jobDeleteIfRunning(List<AttemptId> attempts);

  /**
   * Deletes jobs that do not run, passing over locked rows.
   *
   * @return the rows deleted, by id
   */
  List<JobRow> jobDeleteMany(JobDeleteManyParams params);

  /** The row of a job; null if there is none. */
  @Nullable JobRow jobGet(long id);

  /**
   * Claims due jobs, by priority, scheduled time and id, passing over locked rows and what comes
   * before the {@link JobGetAvailableParams#starts starts}: each becomes running, with one attempt
   * more and the client's id appended to those who attempted it.
   *
   * @return the claimed rows in the order they are to be started
   */
  List<ClaimedJob> jobGetAvailable(JobGetAvailableParams params);

  /**
   * Whether a job waits that a claim like this passes over, for it comes before the {@link
   * JobGetAvailableParams#starts start} of its priority. Takes no lock, and passes over none.
   */
  boolean jobPassedOver(JobGetAvailableParams params);

  /**
   * Inserts many jobs by the fastest way there is. A job whose unique key is taken makes the whole
   * insert fail.
   *
   * @return how many were inserted
   */
  int jobInsertBulk(List<JobInsertParams> jobs, Set<String> notifyQueues);

  /**
   * Inserts jobs that have no unique key and, in the same transaction, notifies these queues.
   *
   * @return what the database decided, in the order of {@code jobs}
   */
  List<JobInserted> jobInsertFast(List<JobInsertParams> jobs, Set<String> notifyQueues);

  /**
   * Inserts jobs without unique keys as if they had been claimed in the moment they were there:
   * each runs, in its first attempt, which began when it was created, and nobody is notified. Of no
   * caller's transaction.
   *
   * @param jobs available ones, due now, that differ in nothing but arguments and metadata
   * @param clientId who runs them
   * @return what the database decided, in the order of {@code jobs}
   */
  List<JobInserted> jobInsertRunning(List<JobInsertParams> jobs, String clientId);

  /**
   * Inserts jobs of which some may have unique keys, no two the same, and, in the same transaction,
   * notifies these queues. Where a row holds a key already, it is left as it is, kind and all.
   *
   * @return the rows, in the order of {@code jobs}
   */
  List<JobInsertedRow> jobInsertUnique(List<JobInsertParams> jobs, Set<String> notifyQueues);

  /**
   * The same, unless {@code check} throws when it is shown the rows: then nothing is inserted and
   * nobody notified. A caller's transaction can go on, with what it did before.
   */
  List<JobInsertedRow> jobInsertUnique(
      List<JobInsertParams> jobs, Set<String> notifyQueues, Consumer<List<JobInsertedRow>> check);

  /** The jobs that pass a query's filters, in its order. */
  List<JobRow> jobList(JobListQuery query);

  /**
   * Merges metadata into the row of an attempt that still runs, behind its fence.
   *
   * @param metadata a JSON object as text, top-level keys replaced
   * @return false if the attempt had lost its claim, and nothing was written
   */
  boolean jobMergeMetadataIfRunning(AttemptId attemptId, String metadata);

  /**
   * Makes finished jobs available now, and changes their metadata; tells their queues. A job that
   * is not any more as it was seen is left alone. One whose attempts are used up gets one more; one
   * whose unique key another row holds, or gets before it, stays as it is.
   *
   * @param jobs by id, each once
   * @throws RiverException with {@link RiverError#UNIQUE_CONFLICT} if a key was taken meanwhile:
   *     nothing was done
   */
  JobsRestarted jobRestartMany(List<JobRestart> jobs);

  /**
   * Makes a job available now, whatever it waits for or how it ended; a running one, and one that
   * is available and due, stay as they are. One whose attempts are used up gets one more. Nobody is
   * notified.
   *
   * @return the row now; null if there is none
   * @throws RiverException with {@link RiverError#UNIQUE_CONFLICT} if another row holds its key
   */
  @Nullable JobRow jobRetry(long id);

  /**
   * Writes the outcomes of attempts, each behind its fence: state, times, error and a merge of its
   * metadata. A retry or snooze of a job whose cancellation was asked for becomes a cancellation. A
   * row that another hand ended during this very attempt keeps its state and takes the metadata.
   * Locked rows are dealt with as by {@link #jobComplete}.
   *
   * @param params outcomes, each of another job
   * @param wantRows whether the results are to hold the rows
   * @return what each row became; one that is missing had lost its claim, or is locked
   */
  List<JobSetStateResult> jobSetStateIfRunning(List<JobSetStateParams> params, boolean wantRows);

  /**
   * Merges metadata into a job's row, whatever its state.
   *
   * @param metadata a JSON object as text, top-level keys replaced
   * @return the row now; null if there is none
   */
  @Nullable JobRow jobUpdate(long id, String metadata);

  /**
   * Counts jobs by texts in their metadata, most jobs first. Of each queue and state at most the
   * limit are looked at, in the order in which they are fetched.
   */
  List<JobCount> jobTally(JobTallyParams params);

  /** Sends these payloads on a topic. */
  void notifyMany(NotificationTopic topic, List<String> payloads);

  /**
   * Says that a client works a queue: makes its row, or notes the time in the one there is.
   *
   * @return the row, with the pause and the metadata it may have
   */
  Queue queueCreateOrUpdate(String name);

  /** The row of a queue; null if there is none. */
  @Nullable Queue queueGet(String name);

  /** The first {@code max} queues by name. */
  List<Queue> queueList(int max);

  /**
   * Pauses a queue, or all, and tells the topic {@link NotificationTopic#CONTROL}; one that is
   * paused already keeps its time.
   *
   * @param name a queue, or {@link #ALL_QUEUES}
   * @return false if there is no such queue, and nobody was told; never for all
   */
  boolean queuePause(String name);

  /**
   * Resumes a queue, or all, and tells the topic {@link NotificationTopic#CONTROL}.
   *
   * @param name a queue, or {@link #ALL_QUEUES}
   * @return false if there is no such queue, and nobody was told; never for all
   */
  boolean queueResume(String name);

  /**
   * Replaces a queue's metadata and tells the topic {@link NotificationTopic#CONTROL}.
   *
   * @param metadata a JSON object as text; null leaves them, and tells nobody
   * @return the row now; null if there is none
   */
  @Nullable Queue queueUpdate(String name, @Nullable String metadata);
}
