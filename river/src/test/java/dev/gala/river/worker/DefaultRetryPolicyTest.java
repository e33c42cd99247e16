package dev.gala.river.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.Rows;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DefaultRetryPolicyTest {
  private static final Duration CAP = Duration.ofNanos(Long.MAX_VALUE);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 10, 15, 24, 100, 301})
  @RiverPoint(55)
  void theDelayIsTheFourthPowerWithinATenth(int errors) {
    double seconds = Math.pow(errors, 4);
    assertThat(seconds(DefaultRetryPolicy.delay(errors, 0))).isCloseTo(seconds * 0.9, permille());
    assertThat(seconds(DefaultRetryPolicy.delay(errors, 0.5))).isCloseTo(seconds, permille());
    assertThat(seconds(DefaultRetryPolicy.delay(errors, Math.nextDown(1.0))))
        .isCloseTo(seconds * 1.1, permille());
  }

  @Test
  @RiverPoint(55)
  void theDelayIsCapped() {
    assertThat(DefaultRetryPolicy.delay(309, 0)).isLessThan(CAP);
    assertThat(DefaultRetryPolicy.delay(309, Math.nextDown(1.0))).isEqualTo(CAP);
    assertThat(DefaultRetryPolicy.delay(310, 0)).isEqualTo(CAP);
    assertThat(DefaultRetryPolicy.delay(Integer.MAX_VALUE, 0.7)).isEqualTo(CAP);
  }

  @Test
  @RiverPoint(55)
  void theErrorsCountAndNotTheAttempts() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    for (int i = 0; i < 100; i++) {
      Instant due = new DefaultRetryPolicy().nextRetry(Rows.running(1, "k", 9, 25, 1, "{}"), now);
      assertThat(due).isBetween(now.plusMillis(14_400), now.plusMillis(17_600));
    }
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static org.assertj.core.data.Percentage permille() {
    return org.assertj.core.data.Percentage.withPercentage(0.1);
  }
}
