package dev.gala.river.driver;

import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobRow;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The engine's statements, named as in River. Each is one transaction of its own, or part of the
 * caller's, as the {@link Driver} was asked.
 */
public interface Executor {
  /**
   * Completes attempts that succeeded and left nothing to write: state, end and nothing more, each
   * behind its fence.
   *
   * @param finalizedAt the end, cut to microseconds
   * @return the ids of the jobs completed; one that is missing had lost its claim
   */
  List<Long> jobComplete(List<AttemptId> attempts, Instant finalizedAt);

  /**
   * Claims due jobs, by priority, scheduled time and id, passing over locked rows: each becomes
   * running, with one attempt more and the client's id appended to those who attempted it.
   *
   * @return the claimed rows in the order they are to be started
   */
  List<JobRow> jobGetAvailable(JobGetAvailableParams params);

  /**
   * Inserts jobs that have no unique key and, in the same transaction, notifies these queues.
   *
   * @return what the database decided, in the order of {@code jobs}
   */
  List<JobInserted> jobInsertFast(List<JobInsertParams> jobs, Set<String> notifyQueues);

  /**
   * Makes scheduled and retryable jobs available whose time has come or is near, and, in the same
   * transaction, notifies the queues of those already due. Rows that another client is moving are
   * passed over.
   *
   * @return how many were moved
   */
  int jobSchedule(JobScheduleParams params);

  /**
   * Writes the outcomes of attempts, each behind its fence: state, times, error and a merge of its
   * metadata. A retry or snooze of a job whose cancellation was asked for becomes a cancellation. A
   * row that another hand ended during this very attempt keeps its state and takes the metadata.
   *
   * @param params outcomes, each of another job
   * @return what each row became; one that is missing had lost its claim
   */
  List<JobSetStateResult> jobSetStateIfRunning(List<JobSetStateParams> params);

  /** Sends these payloads on a topic. */
  void notifyMany(NotificationTopic topic, List<String> payloads);
}
