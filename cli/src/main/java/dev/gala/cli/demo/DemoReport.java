package dev.gala.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run: counted from the database and the listeners' own records.
 *
 * @param emitted the ids of the events whose transactions committed
 * @param deliveries for each listener the ids of the events it handled, as often as it did
 * @param retried attempts that failed and were tried again
 * @param timings how long it took
 * @param load how the events were emitted
 */
record DemoReport(
    Set<String> emitted,
    Map<String, List<String>> deliveries,
    long retried,
    Timings timings,
    Load load) {

  /**
   * How the events were emitted.
   *
   * @param emitters by so many threads
   * @param rate so many a second; null means as fast as they could
   */
  record Load(int emitters, @Nullable Integer rate) {}

  /** All successes of all listeners. */
  long handled() {
    return deliveries.values().stream().mapToLong(List::size).sum();
  }

  /** Pairs of event and listener without a success. */
  long lost() {
    long lost = 0;
    for (List<String> handled : deliveries.values()) {
      var missing = new HashSet<>(emitted);
      handled.forEach(missing::remove);
      lost += missing.size();
    }
    return lost;
  }

  /** Pairs of event and listener with more than one success. */
  long repeated() {
    long repeated = 0;
    for (List<String> handled : deliveries.values()) {
      Map<String, Integer> times = new HashMap<>();
      handled.forEach(id -> times.merge(id, 1, Integer::sum));
      repeated += times.values().stream().filter(count -> count > 1).count();
    }
    return repeated;
  }

  /** Events over the time from the run's start to its last success, retries and all. */
  double eventsPerSecond() {
    return perSecond(emitted.size(), timings.whole());
  }

  /** For people. */
  String summary() {
    var lines = new ArrayList<String>();
    lines.add(line("events", emitting()));
    lines.add(line("", "each in a transaction with a row of its own"));
    deliveries.forEach(
        (listener, handled) ->
            lines.add(
                line(
                    "listener",
                    String.format(Locale.ROOT, "%-18s handled %,d", listener, handled.size()))));
    lines.add(
        line(
            "retries",
            String.format(Locale.ROOT, "%,d attempts failed and were tried again", retried)));
    lines.add(line("through", through()));
    if (timings.whole().compareTo(timings.firstAttempts()) > 0) {
      lines.add(line("", retriesAtTheEnd()));
    }
    lines.add(line("latency", latency()));
    lines.add(line("", circumstances()));
    lines.add(line("verdict", verdict()));
    return String.join("", lines);
  }

  /** For programs. */
  String lastLine() {
    return String.format(
        Locale.ROOT,
        "demo: emitted=%d handled=%d retried=%d lost=%d repeated=%d events_per_second=%.0f"
            + " p50_ms=%.2f p99_ms=%.2f",
        emitted.size(),
        handled(),
        retried,
        lost(),
        repeated(),
        eventsPerSecond(),
        timings.p50Millis(),
        timings.p99Millis());
  }

  private String emitting() {
    return String.format(
        Locale.ROOT,
        "%,d emitted in %.2f s (%,.0f/s) by %d %s,",
        emitted.size(),
        seconds(timings.emitting()),
        perSecond(emitted.size(), timings.emitting()),
        load.emitters(),
        load.emitters() == 1 ? "thread" : "threads");
  }

  private String through() {
    return String.format(
        Locale.ROOT,
        "%,d deliveries in %.2f s (%,.0f/s, %,.0f events/s)",
        handled(),
        seconds(timings.whole()),
        perSecond(handled(), timings.whole()),
        eventsPerSecond());
  }

  private String retriesAtTheEnd() {
    Duration rest = timings.whole().minus(timings.firstAttempts());
    return String.format(
        Locale.ROOT, "of which the last %.2f s for retries after their pause", seconds(rest));
  }

  private String latency() {
    return String.format(
        Locale.ROOT,
        "p50 %.1f ms, p99 %.1f ms from an emit's commit to its first handler",
        timings.p50Millis(),
        timings.p99Millis());
  }

  /** Latency under full load is not latency as such: the reader has to know. */
  private String circumstances() {
    String waiting =
        String.format(
            Locale.ROOT, "at most %,d events were waiting at once", timings.mostWaiting());
    return load.rate() == null
        ? "under full load: " + waiting + "; --rate 50 shows it at ease"
        : waiting;
  }

  private String verdict() {
    if (lost() == 0 && repeated() == 0) {
      return "nothing lost, nothing repeated";
    }
    return String.format(Locale.ROOT, "%,d lost, %,d repeated", lost(), repeated());
  }

  private static String line(String label, String text) {
    return String.format(Locale.ROOT, "  %-9s %s%n", label, text);
  }

  private static double perSecond(long count, Duration time) {
    return time.isPositive() ? count / seconds(time) : 0;
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
