package dev.gala.micrometer;

import dev.gala.spi.GalaMetrics.ListenerCall;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The meters of one listener, found without asking the registry at each event. */
final class ListenerMeters {
  private final MeterRegistry registry;
  private final Tags tags;
  private final int most;
  private final ConcurrentMap<String, OfOperation> byOperation = new ConcurrentHashMap<>();

  private record OfOperation(Counter deliveries, Counter failures, Timer duration) {}

  ListenerMeters(MeterRegistry registry, Tags tags, int most) {
    this.registry = registry;
    this.tags = tags;
    this.most = most;
  }

  void count(ListenerCall call) {
    OfOperation meters = meters(call.operation());
    meters.deliveries().increment();
    if (call.failed()) {
      meters.failures().increment();
    }
    meters.duration().record(call.took());
  }

  private OfOperation meters(String operation) {
    OfOperation known = byOperation.get(operation);
    if (known != null) {
      return known;
    }
    String told = byOperation.size() < most ? operation : MicrometerMetrics.OTHER_OPERATIONS;
    return byOperation.computeIfAbsent(told, this::register);
  }

  private OfOperation register(String operation) {
    Tags all = tags.and("operation", operation);
    return new OfOperation(
        Counter.builder("gala.listener.deliveries")
            .description("Calls of a listener")
            .tags(all)
            .register(registry),
        Counter.builder("gala.listener.failures")
            .description("Calls of a listener that failed")
            .tags(all)
            .register(registry),
        Timer.builder("gala.listener.duration")
            .description("How long calls of a listener took")
            .tags(all)
            .register(registry));
  }
}
