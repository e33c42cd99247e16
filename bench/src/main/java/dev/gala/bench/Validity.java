package dev.gala.bench;

import dev.gala.bench.load.Metric;
import dev.gala.bench.report.CaseResult;
import dev.gala.bench.report.LineResult;
import dev.gala.bench.report.Numbers;
import dev.gala.bench.server.BenchServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
      if (table.scenario().equals("pipeline")) {
        limit(table, problems);
      }
      for (LineResult line : table.lines()) {
        for (String problem : line.problems()) {
          problems.add(
              table.scenario() + ", " + table.variant() + ", " + line.line() + ": " + problem);
        }
      }
    }
    return List.copyOf(problems);
  }

  private static void limit(CaseResult table, List<String> problems) {
    double limit = table.figure("limit", Metric.RATE.name()).orElse(Double.NaN);
    double river = table.figure("river-sql", Metric.RATE.name()).orElse(Double.NaN);
    double ratio = limit / river;
    String problem = null;
    if (ratio < LEAST_LIMIT) {
      problem =
          "a valid one is at least %s: repeat it on an idle machine"
              .formatted(Numbers.ratio(LEAST_LIMIT));
    } else if (ratio > MOST_LIMIT) {
      problem = "they do not differ by so much: something slowed River's, such as a bad plan";
    } else if (Double.isNaN(ratio) && has(table, "limit") && has(table, "river-sql")) {
      problem = "it cannot be told whether it is the limit";
    }
    if (problem != null) {
      problems.add(
          "pipeline, %s: the limit is %s River's statements driven alike, and %s"
              .formatted(table.variant(), Numbers.ratio(ratio), problem));
    }
  }

  private static boolean has(CaseResult table, String id) {
    return table.lines().stream().anyMatch(line -> line.line().equals(id));
  }
}
