package dev.gala.river.postgres;

import dev.gala.river.job.Durability;

/** Every statement of the seam, resolved for one schema. */
record Statements(
    JobAttemptStates jobAttemptStates,
    JobCancel jobCancel,
    JobCancelRequested jobCancelRequested,
    JobClaim jobClaim,
    EndOfAttempts jobComplete,
    JobCountListed jobCountListed,
    JobDelete jobDelete,
    EndOfAttempts jobDeleteIfRunning,
    JobDeleteMany jobDeleteMany,
    JobGet jobGet,
    JobGetAvailable jobGetAvailable,
    JobInsertBulk jobInsertBulk,
    JobInsertFast jobInsertFast,
    JobInsertRunning jobInsertRunning,
    JobInsertUnique jobInsertUnique,
    JobList jobList,
    JobMergeMetadataIfRunning jobMergeMetadataIfRunning,
    JobPassedOver jobPassedOver,
    JobRestartMany jobRestartMany,
    JobRetry jobRetry,
    JobSetStateIfRunning jobSetStateIfRunning,
    JobTally jobTally,
    JobUpdate jobUpdate,
    NotifyMany notifyMany,
    QueueCreateOrUpdate queueCreateOrUpdate,
    QueueGet queueGet,
    QueueList queueList,
    QueuePause queuePause,
    QueueResume queueResume,
    QueueUpdate queueUpdate) {

  /**
   * Resolves them for {@code schema}.
   *
   * @param durability of what is inserted
   */
  Statements(Schema schema, Durability durability) {
    this(
        new JobAttemptStates(schema),
        new JobCancel(schema),
        new JobCancelRequested(schema),
        new JobClaim(schema),
        new EndOfAttempts(schema, RiverJobSql.JOB_COMPLETE, RiverJobSql.JOB_COMPLETE_WAITING),
        new JobCountListed(schema),
        new JobDelete(schema),
        new EndOfAttempts(
            schema, RiverJobSql.JOB_DELETE_IF_RUNNING, RiverJobSql.JOB_DELETE_IF_RUNNING_WAITING),
        new JobDeleteMany(schema),
        new JobGet(schema),
        new JobGetAvailable(schema),
        new JobInsertBulk(schema, durability, new NotifyMany(schema)),
        new JobInsertFast(schema, durability),
        new JobInsertRunning(schema, durability),
        new JobInsertUnique(schema, durability),
        new JobList(schema),
        new JobMergeMetadataIfRunning(schema),
        new JobPassedOver(schema),
        new JobRestartMany(schema),
        new JobRetry(schema),
        new JobSetStateIfRunning(schema),
        new JobTally(schema),
        new JobUpdate(schema),
        new NotifyMany(schema),
        new QueueCreateOrUpdate(schema),
        new QueueGet(schema),
        new QueueList(schema),
        new QueuePause(schema),
        new QueueResume(schema),
        new QueueUpdate(schema));
  }
}
