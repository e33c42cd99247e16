package dev.gala.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoReportTest {
  private static final Timings TIMINGS =
      new Timings(
          Duration.ofMillis(400), Duration.ofMillis(500), Duration.ofMillis(1_500), 1.25, 9.875, 7);

  @ParameterizedTest
  @CsvSource({
    // events of listener one, of listener two; handled, lost, repeated
    "a b c, a b c, 6, 0, 0",
    "'', '', 0, 6, 0",
    "a b, a b c, 5, 1, 0",
    "a b c c, a b c, 7, 0, 1",
    "a a a a, b c, 6, 3, 1",
    "c b a, c c a a b b, 9, 0, 3",
    "a b c x, a b c, 7, 0, 0",
  })
  void counts(String one, String two, long handled, long lost, long repeated) {
    DemoReport report = report(Map.of("one", words(one), "two", words(two)), null);
    assertThat(report.handled()).isEqualTo(handled);
    assertThat(report.lost()).isEqualTo(lost);
    assertThat(report.repeated()).isEqualTo(repeated);
  }

  @Test
  void theLastLineIsForPrograms() {
    DemoReport report = report(Map.of("one", words("a b"), "two", words("a b c c")), null);
    assertThat(report.lastLine())
        .isEqualTo(
            "demo: emitted=3 handled=6 retried=4 lost=1 repeated=1 events_per_second=2"
                + " p50_ms=1.25 p99_ms=9.88");
  }

  @Test
  void theSummaryIsForPeople() {
    Map<String, List<String>> deliveries = new LinkedHashMap<>();
    deliveries.put("one", words("a b c"));
    deliveries.put("two", words("a b c"));
    assertThat(report(deliveries, null).summary())
        .isEqualToNormalizingNewlines(
            """
              events    3 emitted in 0.40 s (8/s) by 2 threads,
                        each in a transaction with a row of its own
              listener  one                handled 3
              listener  two                handled 3
              retries   4 attempts failed and were tried again
              through   6 deliveries in 1.50 s (4/s, 2 events/s)
                        of which the last 1.00 s for retries after their pause
              latency   p50 1.3 ms, p99 9.9 ms from an emit's commit to its first handler
                        under full load: at most 7 events were waiting at once; --rate 50 shows it at ease
              verdict   nothing lost, nothing repeated
            """);
    assertThat(report(deliveries, 10).summary()).doesNotContain("full load");
    assertThat(report(Map.of("one", words("a a")), 10).summary()).contains("2 lost, 1 repeated");
  }

  @ParameterizedTest
  @CsvSource({
    "50, '', 0",
    "50, 7, 7",
    "99, 7, 7",
    "50, 4 1 3 2, 2",
    "75, 4 1 3 2, 3",
    "99, 4 1 3 2, 4",
    "50, 5 1 1, 1",
    "100, 5 9 1, 9",
  })
  void percentiles(int percent, String values, long expected) {
    long[] numbers = words(values).stream().mapToLong(Long::parseLong).toArray();
    assertThat(Timings.percentile(percent, numbers)).isEqualTo(expected);
  }

  @Test
  void theClockKnowsHowManyWaited() {
    var clock = new RunClock(4);
    clock.committed(1);
    clock.entered(1);
    clock.committed(2);
    clock.committed(3);
    clock.committed(4);
    clock.entered(3);
    clock.handled(1);
    clock.entered(2);
    clock.handled(2);
    Timings timings = clock.timings();
    assertThat(timings.mostWaiting()).isEqualTo(3);
    assertThat(timings.whole()).isGreaterThanOrEqualTo(timings.firstAttempts());
    assertThat(timings.firstAttempts()).isGreaterThanOrEqualTo(timings.emitting());
    assertThat(timings.p99Millis()).isPositive();
    assertThat(clock.emitted()).isEqualTo(4);
    assertThat(clock.handled()).isEqualTo(2);
  }

  @Test
  void aRunInWhichNothingHappened() {
    var report = new DemoReport(Set.of(), Map.of(), 0, new RunClock(5).timings(), load(null));
    assertThat(report.lastLine())
        .contains("emitted=0 handled=0", "events_per_second=0 p50_ms=0.00 p99_ms=0.00");
  }

  private static DemoReport report(Map<String, List<String>> deliveries, Integer rate) {
    return new DemoReport(Set.of("a", "b", "c"), deliveries, 4, TIMINGS, load(rate));
  }

  private static DemoReport.Load load(Integer rate) {
    return new DemoReport.Load(2, rate);
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
  }
}
