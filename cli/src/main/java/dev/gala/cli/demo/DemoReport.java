package dev.gala.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What came of a run: counted from the database and the listeners' own records.
 *
 * @param emitted the ids of the events whose transactions committed
 * @param deliveries for each listener the ids of the events it handled, as often as it did
 * @param retried attempts that failed and were tried again
 * @param emitting how long the emitting took
 * @param whole from the first emit until everything was handled
 * @param p50Millis median latency
 * @param p99Millis 99th percentile
 */
record DemoReport(
    Set<String> emitted,
    Map<String, List<String>> deliveries,
    long retried,
    Duration emitting,
    Duration whole,
    double p50Millis,
    double p99Millis) {

  /** How many successes a listener had. */
  long handledBy(String listener) {
    return deliveries.getOrDefault(listener, List.of()).size();
  }

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

  double eventsPerSecond() {
    return perSecond(emitted.size(), whole);
  }

  /** For people. */
  String summary() {
    var lines = new ArrayList<String>();
    lines.add(
        String.format(
            Locale.ROOT,
            "  events    %,d emitted in %.2f s (%,.0f/s), each in a transaction with a row of its own",
            emitted.size(),
            seconds(emitting),
            perSecond(emitted.size(), emitting)));
    deliveries.forEach(
        (listener, handled) ->
            lines.add(
                String.format(
                    Locale.ROOT, "  listener  %-18s handled %,d", listener, handled.size())));
    lines.add(
        String.format(
            Locale.ROOT, "  retries   %,d attempts failed and were tried again", retried));
    lines.add(
        String.format(
            Locale.ROOT,
            "  through   all handled after %.2f s (%,.0f events/s, %,.0f deliveries/s)",
            seconds(whole),
            eventsPerSecond(),
            perSecond(handled(), whole)));
    lines.add(
        String.format(
            Locale.ROOT,
            "  latency   p50 %.1f ms, p99 %.1f ms from an emit's commit to its first handler",
            p50Millis,
            p99Millis));
    lines.add("  verdict   " + verdict());
    lines.add("");
    return String.join(System.lineSeparator(), lines);
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
        p50Millis,
        p99Millis);
  }

  private String verdict() {
    if (lost() == 0 && repeated() == 0) {
      return "nothing lost, nothing repeated";
    }
    return String.format(Locale.ROOT, "%,d lost, %,d repeated", lost(), repeated());
  }

  private static double perSecond(long count, Duration time) {
    return count / Math.max(time.toNanos() / 1e9, 1e-9);
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
