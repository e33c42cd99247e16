package dev.gala.river.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  @Test
  void pausesDoubleFromATenthOfASecondToTenSeconds() {
    var backoff = new Backoff();
    long[] middles = {100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000};
    for (int round = 0; round < 200; round++) {
      for (long middle : middles) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(middle);
        assertThat(backoff.next()).isBetween(nanos * 8 / 10, nanos * 12 / 10);
      }
      backoff.reset();
    }
  }
}
