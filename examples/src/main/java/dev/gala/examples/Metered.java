package dev.gala.examples;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.micrometer.MicrometerMetrics;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what listeners do. */
final class Metered {
  private Metered() {}

  // snippet: metered
  static Gala metered(String url, MeterRegistry registry) {
    return Gala.create(
        GalaConfig.builder().url(url).metrics(new MicrometerMetrics(registry)).build());
  }
  // end
}
