package dev.gala.river.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource({
    "PT15M,  2026-03-01T12:00:00Z,       2026-03-01T12:15:00Z",
    "PT15M,  2026-03-01T12:14:59.999Z,   2026-03-01T12:15:00Z",
    "PT1H,   2026-03-01T12:00:00.001Z,   2026-03-01T13:00:00Z",
    "P1D,    2026-03-01T12:00:00Z,       2026-03-02T00:00:00Z",
    "P7D,    2026-03-01T12:00:00Z,       2026-03-02T00:00:00Z", // a Monday
    "PT7H,   0000-12-31T23:00:00Z,       0001-01-01T00:00:00Z",
    "PT7H,   0001-01-01T00:00:00Z,       0001-01-01T07:00:00Z",
  })
  void alignedTimesAreMultiplesSinceTheYear1(Duration interval, Instant after, Instant next) {
    assertThat(PeriodicSchedule.aligned(interval).next(after)).isEqualTo(next);
  }

  @Test
  void alignedTimesEndWithAllTime() {
    PeriodicSchedule schedule = PeriodicSchedule.aligned(Duration.ofDays(1));
    assertThat(schedule.next(PeriodicSchedule.NEVER)).isEqualTo(PeriodicSchedule.NEVER);
    assertThatThrownBy(() -> PeriodicSchedule.aligned(Duration.ZERO))
        .hasMessageContaining("at least 1 ms");
  }

  @Test
  void neverIsNever() {
    assertThat(PeriodicSchedule.never().next(NOW)).isEqualTo(PeriodicSchedule.NEVER);
  }
}
