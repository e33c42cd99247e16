package dev.gala.river.internal.lifecycle;

import dev.gala.river.job.Health;
import dev.gala.river.job.Health.Trouble;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** What of a client does not work at the moment. Safe for use by many threads. */
public final class Troubles {
  private final InstantSource clock;
  private final Map<String, Trouble> troubles = new ConcurrentSkipListMap<>();

  /**
   * None.
   *
   * @param clock tells since when
   */
  public Troubles(InstantSource clock) {
    this.clock = clock;
  }

  /** Notes a failure of a component; since when it fails, the first one says. */
  public void fails(String component, String message) {
    troubles.compute(
        component,
        (name, before) ->
            new Trouble(name, before == null ? clock.instant() : before.since(), message));
  }

  /** Notes that a component works, or works no more at all. */
  public void works(String component) {
    troubles.remove(component);
  }

  /** How the client is. */
  public Health health() {
    List<Trouble> now = List.copyOf(troubles.values());
    return now.isEmpty() ? new Health.Healthy() : new Health.Degraded(now);
  }
}
