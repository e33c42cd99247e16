package dev.gala.test.postgres;

import org.jspecify.annotations.Nullable;

/**
 * A test server, database or schema could not be provided.
 *
 * <p>The message names the value that was wrong and what to do about it; {@link #reason()} is for
 * programs.
 */
public final class EmbeddedPostgresException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Reason reason;

  EmbeddedPostgresException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  EmbeddedPostgresException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** What kind of failure this is; never null. */
  public Reason reason() {
    return reason;
  }

  /** The kinds of failure. */
  public enum Reason {
    /** There are no binaries for this operating system and processor on the class path. */
    NO_BINARIES,
    /** The JVM runs as a user as whom PostgreSQL cannot run, and no way around it was found. */
    UNSUITABLE_USER,
    /** No directory for the cache or the data could be used. */
    NO_DIRECTORY,
    /** The port asked for is in use. */
    PORT_IN_USE,
    /** The server did not start, or did not become ready in time. */
    START_FAILED,
    /** The database URL given is not one. */
    BAD_URL,
    /** A statement that creates, prepares or drops a test database or schema failed. */
    STATEMENT_FAILED
  }
}
