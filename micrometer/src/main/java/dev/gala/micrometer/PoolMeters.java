package dev.gala.micrometer;

import dev.gala.pool.Pool;
import dev.gala.pool.PoolStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The meters of the pools of one name, which a registry cannot tell apart. */
final class PoolMeters {
  private final MeterRegistry registry;
  private final String name;
  private final List<Pool> open = new CopyOnWriteArrayList<>();
  private final List<Meter> meters;

  private PoolMeters(MeterRegistry registry, String name) {
    this.registry = registry;
    this.name = name;
    this.meters =
        List.of(
            gauge("gala.pool.running.workers", "Tasks being run", PoolStats::running),
            gauge("gala.pool.waiting.tasks", "Tasks waiting to be run", PoolStats::waiting),
            counter("gala.pool.submitted.tasks", "Tasks accepted", PoolStats::submitted),
            counter("gala.pool.completed.tasks", "Tasks that returned", PoolStats::completed),
            counter("gala.pool.failed.tasks", "Tasks that threw", PoolStats::failed));
  }

  /** {@code meters}, or new ones if there are none, with one pool more. */
  static PoolMeters with(@Nullable PoolMeters meters, Pool pool, MeterRegistry registry) {
    PoolMeters counting = meters == null ? new PoolMeters(registry, pool.name()) : meters;
    counting.open.add(pool);
    return counting;
  }

  /** These without one pool; null, and no longer registered, if it was the last. */
  @Nullable PoolMeters without(Pool pool) {
    open.remove(pool);
    if (!open.isEmpty()) {
      return this;
    }
    meters.forEach(registry::remove);
    return null;
  }

  private double sum(ToDoubleFunction<PoolStats> value) {
    return open.stream().map(Pool::stats).mapToDouble(value).sum();
  }

  private Meter gauge(String meter, String what, ToDoubleFunction<PoolStats> value) {
    return Gauge.builder(meter, this, pools -> pools.sum(value))
        .description(what)
        .tag("pool", name)
        .register(registry);
  }

  private Meter counter(String meter, String what, ToDoubleFunction<PoolStats> value) {
    return FunctionCounter.builder(meter, this, pools -> pools.sum(value))
        .description(what)
        .tag("pool", name)
        .register(registry);
  }
}
