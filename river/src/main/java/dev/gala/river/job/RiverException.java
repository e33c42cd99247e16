package dev.gala.river.job;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whatever the engine refuses or fails at: a code to act on, and a message that teaches. */
public final class RiverException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final RiverError code;
  private final boolean transientFailure;

  /** A failure that trying again does not mend. */
  public RiverException(RiverError code, String message) {
    this(code, message, null, false);
  }

  /** A failure with its cause, that trying again does not mend. */
  public RiverException(RiverError code, String message, @Nullable Throwable cause) {
    this(code, message, cause, false);
  }

  /**
   * A failure with its cause.
   *
   * @param transientFailure whether the same thing, done again later, may succeed; of no effect
   *     with {@link RiverError#OUTCOME_UNKNOWN}
   */
  public RiverException(
      RiverError code, String message, @Nullable Throwable cause, boolean transientFailure) {
    super(message, cause);
    this.code = Objects.requireNonNull(code, "code");
    this.transientFailure = transientFailure && code != RiverError.OUTCOME_UNKNOWN;
  }

  /** What kind of thing went wrong. */
  public RiverError code() {
    return code;
  }

  /**
   * Whether nothing was done, and the same thing, done again later, may succeed: a lost connection,
   * a deadlock, a lock timeout, a server that is starting or has too many connections.
   *
   * <p>Never so with {@link RiverError#OUTCOME_UNKNOWN}: what may have been done already, done
   * again, may be done twice.
   */
  public boolean isTransient() {
    return transientFailure;
  }
}
