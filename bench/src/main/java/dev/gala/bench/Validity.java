package dev.gala.bench;

import dev.gala.bench.load.Metric;
import dev.gala.bench.report.CaseResult;
import dev.gala.bench.report.Figures;
import dev.gala.bench.report.LineResult;
import dev.gala.bench.report.Numbers;
import dev.gala.bench.server.BenchServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Tells whether a run's figures may be believed. */
final class Validity {
  /**
   * A limit that is not so much better than River's own statements was not driven to the limit, or
   * was measured beside other work. Of the whole cycle: single steps differ less.
   */
  static final double LEAST_LIMIT = 1.3;

  /** More would be no merit of the limit. */
  static final double MOST_LIMIT = 2;

  private Validity() {}

  /** What is wrong; nothing if all is well. */
  static List<String> problems(List<CaseResult> cases, Map<String, String> server) {
    var problems = new ArrayList<>(BenchServer.problems(server));
    for (CaseResult table : cases) {
      for (LineResult line : table.lines()) {
        for (String problem : line.problems()) {
          problems.add(
              table.scenario() + ", " + table.variant() + ", " + line.line() + ": " + problem);
        }
      }
    }
    limit(cases, problems);
    return List.copyOf(problems);
  }

  /**
   * The two lines do the same in every pipeline, whoever emits there: all their rounds are one
   * comparison. Each is compared with the other's of the same round, that the machine was alike.
   */
  private static void limit(List<CaseResult> cases, List<String> problems) {
    var ratios = new ArrayList<Double>();
    for (CaseResult table : cases) {
      if (table.scenario().equals("pipeline")) {
        ratios.addAll(ratios(table));
      }
    }
    if (ratios.isEmpty()) {
      return;
    }
    double ratio = Figures.of(ratios).median();
    String problem = null;
    if (ratios.stream().anyMatch(one -> one.isNaN())) {
      problem = "it cannot be told whether it is the limit";
    } else if (ratio < LEAST_LIMIT) {
      problem =
          "a valid one is at least %s: repeat it on an idle machine"
              .formatted(Numbers.ratio(LEAST_LIMIT));
    } else if (ratio > MOST_LIMIT) {
      problem = "they do not differ by so much: something slowed River's, such as a bad plan";
    }
    if (problem != null) {
      problems.add(
          "pipeline: the limit is %s River's statements driven alike, and %s"
              .formatted(Numbers.ratio(ratio), problem));
    }
  }

  /** Of each round; none where the two do not take part, and no number where they could not. */
  private static List<Double> ratios(CaseResult table) {
    List<LineResult> both =
        Stream.of("limit", "river-sql").flatMap(id -> line(table, id).stream()).toList();
    if (both.size() < 2) {
      return List.of();
    }
    List<Double> limit = rates(both.getFirst());
    List<Double> river = rates(both.getLast());
    if (limit.isEmpty() || limit.size() != river.size()) {
      return List.of(Double.NaN);
    }
    return IntStream.range(0, limit.size()).mapToObj(i -> limit.get(i) / river.get(i)).toList();
  }

  private static Optional<LineResult> line(CaseResult table, String id) {
    return table.lines().stream().filter(line -> line.line().equals(id)).findFirst();
  }

  private static List<Double> rates(LineResult line) {
    Figures figures = line.figures().get(Metric.RATE.name());
    return figures == null ? List.of() : figures.rounds();
  }
}
