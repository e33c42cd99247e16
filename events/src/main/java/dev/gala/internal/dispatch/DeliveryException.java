package dev.gala.internal.dispatch;

import dev.gala.event.ListenerException;
import dev.gala.river.worker.PlainFailure;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Several listeners' failures in one: their texts, one a line, and they themselves as suppressed.
 * Or a failure that no listener is to blame for, and that must not end the job whatever caused it.
 */
final class DeliveryException extends RuntimeException implements PlainFailure {
  private static final long serialVersionUID = 1L;

  private DeliveryException(List<ListenerException> failures) {
    super(failures.stream().map(Throwable::getMessage).collect(Collectors.joining("\n")));
    failures.forEach(this::addSuppressed);
  }

  private DeliveryException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The failure, or one that ends no job if an outcome was thrown with it. */
  static RuntimeException plain(RuntimeException failure) {
    return ThrownOutcome.in(failure) == null
        ? failure
        : new DeliveryException(ThrownOutcome.message(failure), failure);
  }

  /** The failure itself if it is the only one. */
  static RuntimeException of(List<ListenerException> failures) {
    return failures.size() == 1 ? failures.getFirst() : new DeliveryException(failures);
  }
}
