package dev.gala.micrometer;

import dev.gala.pool.Pool;
import dev.gala.pool.PoolStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters of the pools of one name, which a registry cannot tell apart. What a pool has counted
 * stays when it is closed before the others: a counter that falls is taken for one that began anew.
 */
final class PoolMeters {
  private final MeterRegistry registry;
  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Pool> open = new ArrayList<>();
  private PoolStats ended = new PoolStats(0, 0, 0, 0, 0);
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
    counting.add(pool);
    return counting;
  }

  /** These without one pool; null, and no longer registered, if it was the last. */
  @Nullable PoolMeters without(Pool pool) {
    if (remove(pool)) {
      return this;
    }
    meters.forEach(registry::remove);
    return null;
  }

  private void add(Pool pool) {
    lock.lock();
    try {
      open.add(pool);
    } finally {
      lock.unlock();
    }
  }

  /** Whether some are left. */
  private boolean remove(Pool pool) {
    lock.lock();
    try {
      if (open.remove(pool)) {
        PoolStats last = pool.stats();
        ended =
            new PoolStats(
                0,
                0,
                ended.submitted() + last.submitted(),
                ended.completed() + last.completed(),
                ended.failed() + last.failed());
      }
      return !open.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private double sum(ToDoubleFunction<PoolStats> value) {
    lock.lock();
    try {
      return value.applyAsDouble(ended) + open.stream().map(Pool::stats).mapToDouble(value).sum();
    } finally {
      lock.unlock();
    }
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
