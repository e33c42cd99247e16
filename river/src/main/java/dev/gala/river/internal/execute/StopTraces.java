package dev.gala.river.internal.execute;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a failure comes of the worker's being told to end, or would have come anyway. Asked only
 * about workers that were told.
 *
 * <p>Libraries put an interruption into all kinds of exceptions, and not always with the cause: so
 * the name and the message count too. An interrupted virtual thread loses the socket it was reading
 * from, and what used the socket says no more than that the connection is gone.
 */
final class StopTraces {
  private static final String INTERRUPT = "interrupt";
  private static final String CONNECTION_CLASS = "08";
  private static final String QUERY_CANCELED = "57014";

  private StopTraces() {}

  /** Whether {@code thrown}, or what caused it, is of an interruption. */
  static boolean in(Throwable thrown) {
    return Causes.of(thrown).stream().anyMatch(StopTraces::isOne);
  }

  private static boolean isOne(Throwable cause) {
    return switch (cause) {
      case InterruptedException e -> true;
      case CancellationException e -> true;
      case SocketTimeoutException e -> false;
      case InterruptedIOException e -> true;
      case SocketException e -> true;
      case ClosedChannelException e -> true;
      case SQLException e -> saysSo(e) || isOfConnection(e.getSQLState());
      default -> saysSo(cause);
    };
  }

  private static boolean isOfConnection(@Nullable String sqlState) {
    return sqlState != null
        && (sqlState.startsWith(CONNECTION_CLASS) || sqlState.equals(QUERY_CANCELED));
  }

  private static boolean saysSo(Throwable cause) {
    return mentions(cause.getClass().getSimpleName()) || mentions(Causes.message(cause));
  }

  private static boolean mentions(String text) {
    return text.toLowerCase(Locale.ROOT).contains(INTERRUPT);
  }
}
