package dev.gala.river.internal.lead;

import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Service;
import java.util.ArrayList;
import java.util.List;

/**
 * What runs while a client leads. Starts and stops come from one thread; {@link #tellToStop} from
 * any.
 */
public final class LeaderServices implements Service {
  private final List<Service> services;
  private volatile boolean running;

  /** Since the last stop; a start does not forget it. */
  private volatile boolean told;

  /** These services, started in this order. */
  public LeaderServices(List<? extends Service> services) {
    this.services = List.copyOf(services);
  }

  /** Starts all; if one does not start, none runs. */
  @Override
  public void start() {
    var started = new ArrayList<Service>();
    try {
      for (Service service : services) {
        service.start();
        started.add(service);
      }
    } catch (RuntimeException | Error e) {
      stop(started);
      throw e;
    }
    running = true;
    if (told) {
      // A service that started after it was told has forgotten it.
      tellToStop();
    }
  }

  /** Tells every loop to begin nothing more, without waiting. A stop must follow. */
  public void tellToStop() {
    told = true;
    tell(services);
  }

  @Override
  public void stop() {
    running = false;
    stop(services);
    told = false;
  }

  /** Whether all run, and none was told to stop. */
  boolean run() {
    return running && !told;
  }

  /** All are told before one is waited for. */
  private static void stop(List<Service> started) {
    tell(started);
    started.reversed().forEach(Service::stop);
  }

  private static void tell(List<Service> services) {
    for (Service service : services) {
      if (service instanceof LoopService loop) {
        loop.tellToStop();
      }
    }
  }
}
