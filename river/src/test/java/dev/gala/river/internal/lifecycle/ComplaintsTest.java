package dev.gala.river.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** An hour of trouble is told in some sixty lines. */
final class ComplaintsTest {
  private static final long START = Long.MAX_VALUE - 1; // nanosecond times may overflow
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Complaints complaints = new Complaints();

  @Test
  void theFirstOfATroubleIsToldAndThenOneInAMinute() {
    assertThat(complaints.level("away", START)).isEqualTo(Level.WARN);
    assertThat(complaints.level("away", START + SECOND)).isEqualTo(Level.DEBUG);
    assertThat(complaints.level("away", START + 59 * SECOND)).isEqualTo(Level.DEBUG);
    assertThat(complaints.level("away", START + 60 * SECOND)).isEqualTo(Level.WARN);
    assertThat(complaints.level("away", START + 61 * SECOND)).isEqualTo(Level.DEBUG);
  }

  @Test
  void anotherTroubleIsToldAtOnce() {
    assertThat(complaints.level("away", START)).isEqualTo(Level.WARN);
    assertThat(complaints.level("full", START)).isEqualTo(Level.WARN);
    assertThat(complaints.level("full", START)).isEqualTo(Level.DEBUG);
  }

  @Test
  void soIsTheSameOneIfItWasOver() {
    assertThat(complaints.level("away", START)).isEqualTo(Level.WARN);
    complaints.over();
    assertThat(complaints.level("away", START)).isEqualTo(Level.WARN);
  }
}
