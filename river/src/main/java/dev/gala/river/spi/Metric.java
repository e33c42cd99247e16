package dev.gala.river.spi;

import java.time.Duration;

/** A measurement of the engine's own. */
public sealed interface Metric {
  /**
   * How long a claim took: River's {@code job_get_available_duration}.
   *
   * @param queue of which queue
   * @param duration how long
   */
  record JobGetAvailableDuration(String queue, Duration duration) implements Metric {}

  /**
   * How many jobs a claim brought: River's {@code job_get_available_count}.
   *
   * @param queue of which queue
   * @param count how many
   */
  record JobGetAvailableCount(String queue, int count) implements Metric {}
}
