package dev.gala.river.worker;

import java.util.Objects;

/**
 * Thrown by workers deep inside their work, alone or as the cause of something else: ends the job
 * as cancelled, as {@link Outcome#cancel} does.
 */
public class JobCancelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Cancels for {@code reason}, for people to read. */
  public JobCancelException(String reason) {
    super(Objects.requireNonNull(reason, "reason"));
  }

  /** Cancels for {@code reason}, which came of {@code cause}. */
  public JobCancelException(String reason, Throwable cause) {
    super(Objects.requireNonNull(reason, "reason"), cause);
  }
}
