package dev.gala.river.internal.control;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.List;

/** Checks that lists and deletions share. */
public final class Limits {
  private Limits() {}

  /**
   * Refuses a limit that is not within 1 and {@code most}.
   *
   * @throws RiverException with {@link RiverError#PARAMS_INVALID}
   */
  public static void check(int limit, int most) {
    if (limit < 1 || limit > most) {
      throw invalid("the limit is " + limit + ": give 1 to " + most);
    }
  }

  /** Refuses priorities that no job can have. */
  static void checkPriorities(List<Integer> priorities) {
    for (int priority : priorities) {
      if (priority < 1 || priority > 4) {
        throw invalid("priority " + priority + " does not exist: give 1 to 4");
      }
    }
  }

  static RiverException invalid(String message) {
    return new RiverException(RiverError.PARAMS_INVALID, message);
  }
}
