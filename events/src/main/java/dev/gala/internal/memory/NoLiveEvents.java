package dev.gala.internal.memory;

import dev.gala.event.LiveEvents;
import java.time.Duration;

/** What is kept in memory is not to be looked at. */
public enum NoLiveEvents implements LiveEvents {
  /** The only one. */
  INSTANCE;

  @Override
  public boolean exist() {
    return false;
  }

  @Override
  public long count() {
    return 0;
  }

  @Override
  public long purge(Duration limit) {
    return 0;
  }
}
