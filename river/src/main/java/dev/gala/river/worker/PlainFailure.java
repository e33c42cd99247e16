package dev.gala.river.worker;

/**
 * Marks an exception as a failure and nothing else: a {@link JobCancelException} or {@link
 * JobSnoozeException} that is among its causes ends nothing. For workers that have work of several
 * kinds in one job, and have decided themselves what becomes of the whole.
 */
public interface PlainFailure {}
