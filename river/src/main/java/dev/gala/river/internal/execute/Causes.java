package dev.gala.river.internal.execute;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a throwable was caused by, whatever users' exceptions do when asked. */
final class Causes {
  /** Longer chains are rings. */
  private static final int LONGEST_CHAIN = 100;

  private Causes() {}

  /** {@code thrown} and its causes, from the outside inwards. */
  static List<Throwable> of(Throwable thrown) {
    var chain = new ArrayList<Throwable>();
    @Nullable Throwable at = thrown;
    while (at != null && chain.size() < LONGEST_CHAIN) {
      chain.add(at);
      at = cause(at);
    }
    return chain;
  }

  private static @Nullable Throwable cause(Throwable thrown) {
    try {
      return thrown.getCause();
    } catch (RuntimeException | Error e) {
      // The attempt must end.
      return null;
    }
  }

  /** Its message, or nothing. */
  static String message(Throwable thrown) {
    try {
      String message = thrown.getMessage();
      return message == null ? "" : message;
    } catch (RuntimeException | Error e) {
      // The attempt must end.
      return "";
    }
  }
}
