package dev.gala.bench.load;

import java.time.Instant;

/** The machine's time, which its processes have in common. */
public final class WallClock {
  private WallClock() {}

  /** Microseconds since 1970. */
  public static long micros() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }
}
