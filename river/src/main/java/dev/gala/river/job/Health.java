package dev.gala.river.job;

import java.time.Instant;
import java.util.List;

/** How a running client is. What does not work is tried again for ever, whatever it is. */
public sealed interface Health {
  /** Nothing is known to be wrong. */
  record Healthy() implements Health {}

  /**
   * Something does not work, as far as the client knows.
   *
   * @param troubles what, at least one
   */
  record Degraded(List<Trouble> troubles) implements Health {
    /** Copies the list. */
    public Degraded {
      troubles = List.copyOf(troubles);
    }
  }

  /**
   * What does not work.
   *
   * @param component a part of the client: {@code notifier} (hears of new jobs), {@code
   *     fetch-QUEUE} (claims the jobs of a queue), {@code completer} (writes what became of them),
   *     {@code heartbeat}, {@code rescue}, {@code queues} …
   * @param since when it failed first without having worked again, by the client's clock
   * @param message what the newest failure said
   */
  record Trouble(String component, Instant since, String message) {}

  /** Whether nothing is known to be wrong. */
  default boolean isHealthy() {
    return this instanceof Healthy;
  }
}
