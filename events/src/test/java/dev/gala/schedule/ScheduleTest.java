package dev.gala.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.event.Codec;
import dev.gala.json.JsonCodecs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScheduleTest {
  private static final Schedule SCHEDULE =
      new Schedule(Duration.ofMinutes(10), Duration.ofMinutes(60), 2.0, 100);

  @ParameterizedTest
  @CsvSource({
    // interval, idle, errors, delta, then: interval, idle, errors
    "0,0,0,0,20,1,0",
    "0,0,0,1,10,0,0",
    "0,0,0,100,10,0,0",
    "40,3,0,0,60,4,0",
    "40,3,0,-5,60,4,0",
    "40,3,0,99,20,0,0",
    "40,3,2,99,20,0,0",
    "40,3,2,100,10,0,0",
    "15,0,0,1,10,0,0",
    "60,9,0,0,60,10,0",
  })
  void afterARunThatWentWell(
      int interval, int idle, int errors, int delta, int next, int nextIdle, int nextErrors) {
    var state = ScheduleState.of(Duration.ofMinutes(interval), idle, errors);
    assertThat(SCHEDULE.next(state, delta))
        .isEqualTo(ScheduleState.of(Duration.ofMinutes(next), nextIdle, nextErrors));
  }

  @ParameterizedTest
  @CsvSource({"0,0,0,20,1", "20,5,1,40,2", "40,0,2,60,3"})
  void afterARunThatFailed(int interval, int idle, int errors, int next, int nextErrors) {
    var state = ScheduleState.of(Duration.ofMinutes(interval), idle, errors);
    assertThat(SCHEDULE.nextAfterFailure(state))
        .isEqualTo(ScheduleState.of(Duration.ofMinutes(next), 0, nextErrors));
  }

  @Test
  void whatIsNotGivenIsTheDefault() {
    assertThat(Schedule.defaults())
        .isEqualTo(new Schedule(Duration.ofMinutes(20), Duration.ofHours(24), 2.0, 200))
        .isEqualTo(new Schedule(Duration.ofMinutes(-1), Duration.ZERO, -2, -3));
    assertThat(Schedule.fullFetch())
        .isEqualTo(new Schedule(Duration.ofHours(1), Duration.ofHours(24), 2.0, 1_000));
    assertThat(Schedule.defaults().withMaxInterval(Duration.ofHours(2)).withBackoffFactor(3))
        .isEqualTo(new Schedule(Duration.ofMinutes(20), Duration.ofHours(2), 3.0, 200));
  }

  @Test
  void theIntervalStaysWithinItsBoundsWhateverHappens() {
    var random = new Random(7);
    for (int run = 0; run < 2_000; run++) {
      var schedule =
          new Schedule(
              Duration.ofNanos(random.nextLong(1, Long.MAX_VALUE / 2)),
              Duration.ofNanos(random.nextLong(1, Long.MAX_VALUE / 2)),
              random.nextDouble(0.01, 1e6),
              random.nextInt(1, 1_000));
      Duration longest =
          schedule.minInterval().compareTo(schedule.maxInterval()) > 0
              ? schedule.minInterval()
              : schedule.maxInterval();
      ScheduleState state = ScheduleState.initial();
      for (int cycle = 0; cycle < 10; cycle++) {
        state =
            random.nextBoolean()
                ? schedule.nextAfterFailure(state)
                : schedule.next(state, random.nextInt(-1, 1_200));
        assertThat(state.interval()).isBetween(schedule.minInterval(), longest);
        assertThat(state.idleStreak() == 0 || state.errorStreak() == 0).isTrue();
      }
    }
  }

  @Test
  void theNextRunIsDueAnIntervalFromNow() {
    Instant now = Instant.parse("2026-01-02T03:04:05Z");
    assertThat(ScheduleState.of(Duration.ofMinutes(5), 0, 0).nextScheduledAt(now))
        .isEqualTo(Instant.parse("2026-01-02T03:09:05Z"));
  }

  @Test
  void aChainKeepsItsName() {
    ScheduleState state = ScheduleState.initial().inChain("a", 4);
    assertThat(SCHEDULE.next(state, 0).incarnation()).isEqualTo("a");
    assertThat(SCHEDULE.nextAfterFailure(state).cycle()).isEqualTo(4);
  }

  @Test
  void areWrittenAsInGo() throws Exception {
    assertThat(json(Schedule.class, Schedule.defaults()))
        .isEqualTo(
            "{\"min_interval\":1200000000000,\"max_interval\":86400000000000,"
                + "\"backoff_factor\":2,\"high_drift_threshold\":200}");
    assertThat(json(ScheduleState.class, ScheduleState.of(Duration.ofNanos(1_500), 1, 2)))
        .isEqualTo("{\"interval\":1500,\"idle_streak\":1,\"error_streak\":2}");
    assertThat(json(ScheduleState.class, ScheduleState.initial().inChain("01J", 3)))
        .isEqualTo(
            "{\"incarnation\":\"01J\",\"interval\":0,\"idle_streak\":0,\"error_streak\":0,"
                + "\"cycle\":3}");
  }

  @Test
  void areReadHoweverLittleIsThere() throws Exception {
    assertThat(read(ScheduleState.class, "{}")).isEqualTo(ScheduleState.initial());
    assertThat(read(Schedule.class, "{\"backoff_factor\":1.5}"))
        .isEqualTo(Schedule.defaults().withBackoffFactor(1.5));
  }

  private static <T> String json(Class<T> type, T value) throws Exception {
    Codec<T> codec = JsonCodecs.defaults().codec(type);
    return new String(codec.encode(value), StandardCharsets.UTF_8);
  }

  private static <T> T read(Class<T> type, String json) throws Exception {
    Codec<T> codec = JsonCodecs.defaults().codec(type);
    return codec.decode(json.getBytes(StandardCharsets.UTF_8));
  }
}
