package dev.gala.river.internal.insert;

import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where jobs can begin in the moment they are inserted, without being claimed. Safe for use by many
 * threads.
 */
public interface DirectWork {
  /** Nowhere. */
  DirectWork NONE =
      new DirectWork() {
        @Override
        public String clientId() {
          return "";
        }

        @Override
        public @Nullable Place reserve(List<JobInsertParams> rows) {
          return null;
        }
      };

  /** Places taken for rows that are about to be inserted; it is to be told how that ended. */
  interface Place {
    /** The rows are committed and running: works them. */
    void inserted(List<JobRow> rows);

    /** The insert failed: gives the places back. Rows that are there all the same are found. */
    void failed(Throwable failure);
  }

  /** Who runs what begins here. */
  String clientId();

  /** How many rows like this one may share an insert, so that there can be places for all. */
  default int mostAtOnce(JobInsertParams row) {
    return Integer.MAX_VALUE;
  }

  /**
   * Takes places for all of these rows. May wait for some milliseconds.
   *
   * @param rows without unique keys, not empty
   * @return null if they are to wait like any others
   */
  @Nullable Place reserve(List<JobInsertParams> rows);
}
