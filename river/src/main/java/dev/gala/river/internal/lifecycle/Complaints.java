package dev.gala.river.internal.lifecycle;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * How loudly failures are told that come again and again, as all do while the database is away: the
 * first of a trouble as a warning, and then one in a minute; the rest is for those who look closer.
 * For one thread.
 */
public final class Complaints {
  private static final long BETWEEN = TimeUnit.MINUTES.toNanos(1);

  private @Nullable String kind;
  private long last;

  /** Nothing to complain about yet. */
  public Complaints() {
    kind = null;
  }

  /**
   * How loudly to tell of a failure.
   *
   * @param what kind of failure: another one than the last is a trouble of its own
   */
  public Level level(String what) {
    return level(what, System.nanoTime());
  }

  Level level(String what, long now) {
    if (what.equals(kind) && now - last < BETWEEN) {
      return Level.DEBUG;
    }
    kind = what;
    last = now;
    return Level.WARN;
  }

  /** Says that the trouble is over. */
  public void over() {
    kind = null;
  }
}
