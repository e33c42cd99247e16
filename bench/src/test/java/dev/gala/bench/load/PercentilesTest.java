package dev.gala.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentilesTest {
  @ParameterizedTest
  @CsvSource({
    "1, 0.5, 1",
    "1, 0.99, 1",
    "2, 0.5, 1",
    "3, 0.5, 2",
    "100, 0.5, 50",
    "100, 0.99, 99",
    "100, 0.999, 100",
    "1000, 0.999, 999",
    "1000, 1.0, 1000",
    "1000, 0.0, 1"
  })
  void areTheSmallestValueThatSoManyAreNotAbove(int count, double share, double millis) {
    long[] sorted = LongStream.rangeClosed(1, count).map(i -> i * 1_000).toArray();
    assertThat(Percentiles.millis(sorted, share)).isEqualTo(millis);
  }

  @Test
  void ofNothingAreNoNumber() {
    assertThat(Percentiles.millis(new long[0], 0.5)).isNaN();
  }

  @Test
  void ofASampleDoNotNeedItsOrder() {
    Sample sample = Sample.latencies(new long[] {3_000, 1_000, 2_000});
    assertThat(sample.figure(Metric.P50)).isEqualTo(2);
    assertThat(sample.figure(Metric.P999)).isEqualTo(3);
    assertThat(sample.micros()).containsExactly(1_000L, 2_000L, 3_000L);
  }
}
