package dev.gala.river.internal.execute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a worker that was told to end may throw. */
final class StopTracesTest {
  private static final class UncheckedInterruptedException extends RuntimeException {}

  static Stream<Throwable> ofTheStop() {
    return Stream.of(
        new InterruptedException(),
        new IllegalStateException("no", new InterruptedException("sleep interrupted")),
        new ExecutionException(new RuntimeException(new InterruptedException())),
        new UncheckedInterruptedException(),
        new RuntimeException("Interrupted while waiting for room"),
        new CancellationException(),
        new CompletionException(new CancellationException("task cancelled")),
        new UncheckedIOException(new ClosedByInterruptException()),
        new AsynchronousCloseException(),
        new InterruptedIOException(),
        new SocketException("Closed by interrupt"),
        new SQLException("An I/O error occurred", "08006", new SocketException("Closed")),
        new IllegalStateException(new SQLException("This connection has been closed.", "08003")),
        new SQLException("canceling statement due to user request", "57014"),
        new SQLException("pool - Interrupted during connection acquisition"));
  }

  static Stream<Throwable> ofItsOwn() {
    var ring = new IllegalStateException("a");
    ring.initCause(new IllegalStateException("b", ring));
    return Stream.of(
        new NullPointerException("x is null"),
        new IllegalArgumentException(),
        ring,
        new AssertionError("expected 1"),
        new SQLException("duplicate key", "23505"),
        new SQLException("no state"),
        new SocketTimeoutException("Read timed out"),
        new UncheckedIOException(new IOException("disk full")),
        new FileNotFoundException("a.txt"),
        new TimeoutException(),
        new RuntimeException("order was cancelled"));
  }

  @ParameterizedTest
  @MethodSource
  void ofTheStop(Throwable thrown) {
    assertThat(StopTraces.in(thrown)).isTrue();
  }

  @ParameterizedTest
  @MethodSource
  void ofItsOwn(Throwable thrown) {
    assertThat(StopTraces.in(thrown)).isFalse();
  }
}
