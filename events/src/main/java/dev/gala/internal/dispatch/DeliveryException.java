package dev.gala.internal.dispatch;

import dev.gala.event.ListenerException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Several listeners' failures in one: their texts, one a line, and they themselves as suppressed.
 */
final class DeliveryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private DeliveryException(List<ListenerException> failures) {
    super(failures.stream().map(Throwable::getMessage).collect(Collectors.joining("\n")));
    failures.forEach(this::addSuppressed);
  }

  /** The failure itself if it is the only one. */
  static RuntimeException of(List<ListenerException> failures) {
    return failures.size() == 1 ? failures.getFirst() : new DeliveryException(failures);
  }
}
