package dev.gala.cli.input;

/** Bad input: one line for the user, exit code 2. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What was wrong, with which value, and what to do. */
  public UsageException(String message) {
    super(message);
  }

  /** The same, with what brought it about. */
  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
