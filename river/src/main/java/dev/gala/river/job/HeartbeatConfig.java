package dev.gala.river.job;

import java.time.Duration;

/**
 * How the clients of a database look after each other.
 *
 * @param enabled whether this client has a heartbeat and puts back the jobs of those whose stopped.
 *     Without, the jobs it was running when it died wait until River's rescuer takes them for stuck
 * @param ttl how long this client may be silent before others take it for dead, 1 s to 1 h. It
 *     renews its heartbeat five times in that time, and interrupts its workers when it could not
 *     for two thirds of it. The clients of a database may have different ones
 */
public record HeartbeatConfig(boolean enabled, Duration ttl) {
  private static final Duration DEFAULT_TTL = Duration.ofSeconds(15);

  /** Enabled, with 15 s. */
  public static HeartbeatConfig defaults() {
    return new HeartbeatConfig(true, DEFAULT_TTL);
  }

  /** Enabled, with a time of one's own. */
  public static HeartbeatConfig ofTtl(Duration ttl) {
    return new HeartbeatConfig(true, ttl);
  }

  /** None. */
  public static HeartbeatConfig disabled() {
    return new HeartbeatConfig(false, DEFAULT_TTL);
  }
}
