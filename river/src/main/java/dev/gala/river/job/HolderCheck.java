package dev.gala.river.job;

/** Decides whether a job may be left out of an insert for another that holds its unique key. */
@FunctionalInterface
public interface HolderCheck {
  /** Every holder will do. */
  HolderCheck NONE = (job, holder) -> {};

  /**
   * Looks at one job that is not to be inserted, before the others are committed.
   *
   * @param holder the row that holds its key
   * @throws RuntimeException to have nothing inserted, the others neither; the insert throws it on
   */
  void check(JobInsertParams job, JobRow holder);
}
