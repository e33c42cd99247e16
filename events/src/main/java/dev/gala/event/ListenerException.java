package dev.gala.event;

import dev.gala.river.worker.PlainFailure;
import java.util.Objects;

/**
 * One listener's failure to handle one event. Its text is the Go package's: {@code gala: listener
 * "NAME" execution failed: CAUSE} or {@code gala: listener "NAME" panicked: CAUSE}, where CAUSE is
 * the cause's message, or its class if it has none or cannot tell it. Whatever caused it, it does
 * not end the event's job.
 */
public final class ListenerException extends RuntimeException implements PlainFailure {
  private static final long serialVersionUID = 1L;

  private final String listenerName;
  private final boolean panicked;

  /**
   * A failure.
   *
   * @param cause what the handler threw; when panicked, a {@link GalaException} of code {@link
   *     GalaError#LISTENER_PANICKED} around it
   * @param panicked whether it was an {@link Error} that is no failed assertion
   */
  public ListenerException(String listenerName, Throwable cause, boolean panicked) {
    super(
        "gala: listener \""
            + listenerName
            + (panicked ? "\" panicked: " : "\" execution failed: ")
            + text(cause),
        cause);
    this.listenerName = Objects.requireNonNull(listenerName, "listenerName");
    this.panicked = panicked;
  }

  /**
   * The failure of a handler that threw {@code thrown}: panicked if that is an {@link Error} other
   * than a failed assertion.
   */
  public static ListenerException of(String listenerName, Throwable thrown) {
    if (thrown instanceof Error && !(thrown instanceof AssertionError)) {
      return new ListenerException(
          listenerName, new GalaException(GalaError.LISTENER_PANICKED, text(thrown), thrown), true);
    }
    return new ListenerException(listenerName, thrown, false);
  }

  /** The listener's name. */
  public String listenerName() {
    return listenerName;
  }

  /** Whether the handler ended with an {@link Error} that is no failed assertion. */
  public boolean panicked() {
    return panicked;
  }

  private static String text(Throwable cause) {
    try {
      String message = cause.getMessage();
      return message == null || message.isBlank() ? cause.getClass().getName() : message;
    } catch (RuntimeException | Error e) {
      // The listener's end must be told, whatever users' exceptions do when asked for their text.
      return cause.getClass().getName();
    }
  }
}
