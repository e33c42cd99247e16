package dev.gala.micrometer;

import dev.gala.pool.Pool;
import dev.gala.spi.GalaMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Counts in a Micrometer registry what listeners and pools do. Safe for use by many threads, and by
 * several runtimes at once.
 *
 * <p>The names, as Prometheus shows them, are those of the original gala: {@code
 * gala_listener_deliveries_total}, {@code gala_listener_failures_total} and {@code
 * gala_listener_duration_seconds} by topic, listener and operation; {@code
 * gala_pool_running_workers}, {@code gala_pool_waiting_tasks}, {@code
 * gala_pool_submitted_tasks_total}, {@code gala_pool_completed_tasks_total} and {@code
 * gala_pool_failed_tasks_total} by pool. Ours are {@code gala_listener_gated_total} and {@code
 * gala_listener_missing_total} by topic and listener.
 */
public final class MicrometerMetrics implements GalaMetrics {
  /**
   * How many operations a listener's meters tell apart. Operations come from payloads, and whatever
   * keeps meters keeps them for ever; those that are one too many count as {@link
   * #OTHER_OPERATIONS}.
   */
  public static final int MOST_OPERATIONS = 100;

  /** The operation of those that are not told apart. */
  public static final String OTHER_OPERATIONS = "(other)";

  private final MeterRegistry registry;
  private final ConcurrentMap<Listener, ListenerMeters> listeners = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, PoolMeters> pools = new ConcurrentHashMap<>();

  /** The key of what one listener's meters are. */
  private record Listener(String topic, String name) {
    Tags tags() {
      return Tags.of("topic", topic, "listener", name);
    }
  }

  /** Counts in {@code registry}, which stays its owner's. */
  public MicrometerMetrics(MeterRegistry registry) {
    this.registry = Objects.requireNonNull(registry, "registry");
  }

  @Override
  public void delivered(ListenerCall call) {
    Listener listener = new Listener(call.topic(), call.listener());
    listeners
        .computeIfAbsent(listener, key -> new ListenerMeters(registry, key.tags(), MOST_OPERATIONS))
        .count(call);
  }

  @Override
  public void gated(String topic, String listener) {
    counter(
            "gala.listener.gated",
            "Events that a listener's gate did not let pass",
            topic,
            listener)
        .increment();
  }

  @Override
  public void missing(String topic, String listener) {
    counter(
            "gala.listener.missing",
            "Events that ended without a listener their emitter expected",
            topic,
            listener)
        .increment();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Also for pools of an application's own. Those of one name are counted together.
   */
  @Override
  public Runnable opened(Pool pool) {
    pools.compute(pool.name(), (name, meters) -> PoolMeters.with(meters, pool, registry));
    return () -> pools.computeIfPresent(pool.name(), (name, meters) -> meters.without(pool));
  }

  private Counter counter(String name, String what, String topic, String listener) {
    return Counter.builder(name)
        .description(what)
        .tags(new Listener(topic, listener).tags())
        .register(registry);
  }
}
