package dev.gala.river.postgres;

/** Every statement of the seam, resolved for one schema. */
record Statements(
    JobComplete jobComplete,
    JobGetAvailable jobGetAvailable,
    JobInsertFast jobInsertFast,
    JobSchedule jobSchedule,
    JobSetStateIfRunning jobSetStateIfRunning,
    NotifyMany notifyMany) {

  /** Resolves them for {@code schema}. */
  Statements(Schema schema) {
    this(
        new JobComplete(schema),
        new JobGetAvailable(schema),
        new JobInsertFast(schema),
        new JobSchedule(schema),
        new JobSetStateIfRunning(schema),
        new NotifyMany(schema));
  }
}
