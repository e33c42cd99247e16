package dev.gala.bench.report;

import java.util.List;
import java.util.Optional;

/**
 * A table.
 *
 * @param scenario the scenario
 * @param variant what sets it apart
 * @param metrics the columns, the main one first
 * @param reference the line that ratios are to
 * @param lines the rows
 */
public record CaseResult(
    String scenario,
    String variant,
    List<Column> metrics,
    String reference,
    List<LineResult> lines) {
  /**
   * A figure of the table.
   *
   * @param name the metric
   * @param title with its unit
   * @param higherIsBetter whether more is better
   */
  public record Column(String name, String title, boolean higherIsBetter) {}

  /** The row of a line, if it has figures that count. */
  public Optional<LineResult> line(String id) {
    return lines.stream().filter(line -> line.line().equals(id) && line.counts()).findFirst();
  }

  /** A figure that counts. */
  public Optional<Double> figure(String id, String metric) {
    return line(id)
        .map(line -> line.figures().get(metric))
        .map(Figures::median)
        .filter(Double::isFinite);
  }
}
