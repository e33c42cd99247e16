package dev.gala.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {
  @Test
  void whatItTellsIsAtMostThreePercentAbove() {
    var random = new Random(4);
    var histogram = new Histogram();
    long[] micros = new long[10_000];
    for (int i = 0; i < micros.length; i++) {
      micros[i] = (random.nextLong() & Long.MAX_VALUE) >> random.nextInt(20, 63);
      histogram.add(Duration.ofNanos(micros[i] * 1_000 + random.nextInt(1_000)));
    }
    Arrays.sort(micros);
    for (double share : new double[] {0.01, 0.5, 0.95, 0.99, 1}) {
      double exact = micros[(int) Math.ceil(share * micros.length) - 1] / 1_000.0;
      assertThat(histogram.millis(share)).isBetween(exact, exact * 1.04);
    }
  }

  @Test
  void smallOnesAreExactAndNoneIsZero() {
    var histogram = new Histogram();
    assertThat(histogram.millis(0.5)).isZero();
    histogram.add(Duration.ofNanos(-5));
    histogram.add(Duration.ofNanos(63_999));
    assertThat(histogram.millis(0.5)).isZero();
    assertThat(histogram.millis(1)).isCloseTo(0.063, within(1e-9));
  }
}
