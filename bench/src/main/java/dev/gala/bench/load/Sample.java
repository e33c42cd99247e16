package dev.gala.bench.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one measurement gave.
 *
 * @param figures by metric
 * @param micros single latencies, which the rounds have in common; none but for latency
 * @param settings what was chosen for this case, for people to read
 * @param details more to tell, for people to read
 * @param problems what makes the figures worthless; none if all is well
 */
public record Sample(
    Map<Metric, Double> figures,
    List<Long> micros,
    Map<String, String> settings,
    Map<String, String> details,
    List<String> problems) {

  /** No figure yet. */
  public static Sample none() {
    return new Sample(Map.of(), List.of(), Map.of(), Map.of(), List.of());
  }

  /** One figure. */
  public static Sample of(Metric metric, double value) {
    return new Sample(Map.of(metric, value), List.of(), Map.of(), Map.of(), List.of());
  }

  /** Events a second. */
  public static Sample rate(double perSecond) {
    return of(Metric.RATE, perSecond);
  }

  /** Latencies in microseconds. */
  public static Sample latencies(long[] micros) {
    long[] sorted = micros.clone();
    Arrays.sort(sorted);
    Map<Metric, Double> figures = new EnumMap<>(Metric.class);
    figures.put(Metric.P50, Percentiles.millis(sorted, 0.5));
    figures.put(Metric.P99, Percentiles.millis(sorted, 0.99));
    figures.put(Metric.P999, Percentiles.millis(sorted, 0.999));
    List<Long> all = Arrays.stream(sorted).boxed().toList();
    return new Sample(figures, all, Map.of(), Map.of(), List.of());
  }

  /** This, with another figure. */
  public Sample with(Metric metric, double value) {
    Map<Metric, Double> more = new EnumMap<>(Metric.class);
    more.putAll(figures);
    more.put(metric, value);
    return new Sample(more, micros, settings, details, problems);
  }

  /** This, with what was chosen. */
  public Sample withSettings(Map<String, String> settings) {
    return new Sample(figures, micros, settings, details, problems);
  }

  /** This, with more to tell. */
  public Sample withDetails(Map<String, String> details) {
    return new Sample(figures, micros, settings, details, problems);
  }

  /** This, with something that makes it worthless. */
  public Sample withProblem(String problem) {
    var more = new ArrayList<>(problems);
    more.add(problem);
    return new Sample(figures, micros, settings, details, List.copyOf(more));
  }

  /** The figure of a metric; not a number if there is none. */
  public double figure(Metric metric) {
    return figures.getOrDefault(metric, Double.NaN);
  }
}
