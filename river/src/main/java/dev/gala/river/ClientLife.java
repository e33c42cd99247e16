package dev.gala.river;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Heartbeats;
import dev.gala.river.driver.Heartbeats.Silent;
import dev.gala.river.internal.execute.JobExecutor;
import dev.gala.river.internal.lifecycle.Service;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.produce.Producers;
import dev.gala.river.internal.rescue.CrashRescue;
import dev.gala.river.internal.rescue.Heartbeat;
import dev.gala.river.internal.rescue.Holdings;
import dev.gala.river.internal.rescue.Lease;
import java.time.Duration;
import java.util.List;

/** The parts of a client by which the clients of a database look after each other. */
final class ClientLife {
  private final String id;
  private final Driver driver;
  private final RiverConfig config;
  private final Threads threads;
  private final Lease lease = new Lease();
  private final Holdings holdings = new Holdings(lease::holds);

  /** The parts of the client called {@code id}; nothing runs yet. */
  ClientLife(String id, Driver driver, RiverConfig config, Threads threads) {
    this.id = id;
    this.driver = driver;
    this.config = config;
    this.threads = threads;
  }

  /** What the client holds. */
  Holdings holdings() {
    return holdings;
  }

  /** Whether others would notice soon if the client died now. */
  boolean isWatched() {
    return lease.isWatched();
  }

  /**
   * The services, if there are to be any: first the heartbeat, which starts before all others; last
   * the rescue, which starts after them.
   *
   * @param executor whose attempts are interrupted when others may take the client for dead
   * @param producers who are told of work
   */
  List<Service> services(JobExecutor executor, Producers producers) {
    Duration ttl = config.heartbeat().ttl();
    var beating = new Heartbeat.Config(id, ttl);
    Heartbeats heartbeats = driver.heartbeats(beating.patience());
    var rescue =
        new CrashRescue(
            driver,
            heartbeats,
            new CrashRescue.Config(id, ttl, config.clock()),
            threads,
            holdings,
            producers::wakeForAnything);
    if (!config.heartbeat().enabled()) {
      // What runs in a name that others may have too is nothing to be put back.
      return config.id() == null ? List.of(rescue) : List.of();
    }
    var audience = new Audience(executor, producers, rescue);
    return List.of(new Heartbeat(heartbeats, beating, threads, lease, holdings, audience), rescue);
  }

  private record Audience(JobExecutor executor, Producers producers, CrashRescue rescue)
      implements Heartbeat.Audience {
    @Override
    public void cutOff() {
      executor.cutOff();
    }

    @Override
    public void backInTouch() {
      producers.wakeAll();
    }

    @Override
    public void dead(List<Silent> clients) {
      rescue.dead(clients);
    }
  }
}
