package dev.gala.bench;

import dev.gala.bench.report.CaseResult;
import dev.gala.bench.report.LineResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts what one line does in many situations into one table, compared with the empty table. */
final class ScaleTables {
  private static final String SCALE = "scale";

  private ScaleTables() {}

  /** The tables, those of the scenario {@code scale} as two: its rows are the situations. */
  static List<CaseResult> combined(List<CaseResult> tables) {
    var combined = new ArrayList<CaseResult>();
    Map<String, List<CaseResult>> scale = new LinkedHashMap<>();
    for (CaseResult table : tables) {
      if (table.scenario().equals(SCALE)) {
        String kind = table.variant().substring(0, table.variant().indexOf(','));
        scale.computeIfAbsent(kind, name -> new ArrayList<>()).add(table);
      } else {
        combined.add(table);
      }
    }
    scale.forEach((kind, situations) -> combined.add(combined(kind, situations)));
    return combined;
  }

  private static CaseResult combined(String kind, List<CaseResult> situations) {
    var rows = new ArrayList<LineResult>();
    for (CaseResult table : situations) {
      String situation = table.variant().substring(kind.length() + 2);
      for (LineResult line : table.lines()) {
        rows.add(
            new LineResult(
                situation,
                line.skipped(),
                line.figures(),
                line.settings(),
                line.details(),
                line.problems()));
      }
    }
    CaseResult first = situations.getFirst();
    String reference = rows.isEmpty() ? "" : rows.getFirst().line();
    return Runner.compared(new CaseResult(SCALE, kind, first.metrics(), reference, rows));
  }
}
