package dev.gala.river.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PeriodicScheduleTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void anIntervalCountsFromTheTimeBefore() {
    PeriodicSchedule schedule = PeriodicSchedule.every(Duration.ofMinutes(15));

    assertThat(schedule.next(NOW)).isEqualTo(NOW.plusSeconds(900));
    assertThat(schedule.next(NOW.plusSeconds(900))).isEqualTo(NOW.plusSeconds(1800));
  }

  @Test
  void anIntervalBeyondAllTimeIsNever() {
    PeriodicSchedule schedule = PeriodicSchedule.every(Duration.ofSeconds(Long.MAX_VALUE));

    assertThat(schedule.next(NOW)).isEqualTo(PeriodicSchedule.NEVER);
    assertThat(schedule.next(PeriodicSchedule.NEVER)).isEqualTo(PeriodicSchedule.NEVER);
    assertThat(PeriodicSchedule.every(Duration.ofMillis(1)).next(PeriodicSchedule.NEVER))
        .isEqualTo(PeriodicSchedule.NEVER);
  }

  @Test
  void anIntervalThatWouldNotMoveIsRefused() {
    for (Duration interval :
        new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), Duration.ofNanos(999_999)}) {
      assertThatThrownBy(() -> PeriodicSchedule.every(interval))
          .hasMessageContaining(interval.toString())
          .hasMessageContaining("at least 1 ms");
    }
  }

  @Test
  void neverIsNever() {
    assertThat(PeriodicSchedule.never().next(NOW)).isEqualTo(PeriodicSchedule.NEVER);
  }
}
