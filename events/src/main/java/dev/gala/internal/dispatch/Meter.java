package dev.gala.internal.dispatch;

import dev.gala.internal.registry.RegisteredTopic;
import dev.gala.spi.GalaMetrics;
import dev.gala.spi.GalaMetrics.ListenerCall;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the metrics what they want to know, and keeps their failures from the events. */
final class Meter {
  private static final Logger LOG = LoggerFactory.getLogger(Meter.class);

  private final GalaMetrics metrics;
  private final boolean on;
  private final AtomicBoolean told = new AtomicBoolean();

  Meter(GalaMetrics metrics) {
    this.metrics = metrics;
    this.on = !metrics.equals(GalaMetrics.none());
  }

  /**
   * One listener's turn is over.
   *
   * @param operation the payload's; empty if it has none
   * @param nanos how long it took
   */
  void ended(String topic, String operation, Result result, long nanos) {
    if (!on) {
      return;
    }
    switch (result) {
      case Result.Gated gated -> safely(() -> metrics.gated(topic, gated.listener()));
      case Result.Failed failed -> called(topic, operation, result, nanos, true);
      case Result.PutBack putBack when !putBack.begun() -> {}
      case Result.Succeeded succeeded -> called(topic, operation, result, nanos, false);
      case Result.Cancelled cancelled ->
          called(topic, operation, result, nanos, cancelled.failed());
      case Result.Snoozed snoozed -> called(topic, operation, result, nanos, false);
      case Result.PutBack putBack -> called(topic, operation, result, nanos, false);
      case Result.ClaimLost lost -> called(topic, operation, result, nanos, false);
    }
  }

  /** Listeners were waited for in vain; none is named if the topic had none at all. */
  void missing(String topic, List<String> listeners) {
    if (on) {
      (listeners.isEmpty() ? List.of("") : listeners)
          .forEach(name -> safely(() -> metrics.missing(topic, name)));
    }
  }

  /** The payload's operation, if anybody asks for it. */
  String operation(Object payload) {
    if (!on) {
      return "";
    }
    try {
      return RegisteredTopic.operation(payload);
    } catch (RuntimeException unreadable) {
      complain(unreadable);
      return "";
    }
  }

  private void called(String topic, String operation, Result result, long nanos, boolean failed) {
    safely(
        () ->
            metrics.delivered(
                new ListenerCall(
                    topic, result.listener(), operation, Duration.ofNanos(nanos), failed)));
  }

  private void safely(Runnable telling) {
    try {
      telling.run();
    } catch (RuntimeException | Error broken) {
      complain(broken);
    }
  }

  /** Once: at every event it would drown everything else. */
  private void complain(Throwable broken) {
    if (told.compareAndSet(false, true)) {
      LOG.warn("metrics fail, and count less than there is; told once", broken);
    }
  }
}
