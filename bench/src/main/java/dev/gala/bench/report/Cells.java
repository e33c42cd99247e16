package dev.gala.bench.report;

import java.util.ArrayList;
import java.util.List;

/** A table's cells, the same for the terminal and for pages. */
final class Cells {
  private Cells() {}

  /** The head. */
  static List<String> head(CaseResult table, Report report) {
    var head = new ArrayList<String>();
    head.add("line");
    for (CaseResult.Column column : table.metrics()) {
      head.add(column.title());
      head.add("from – to");
    }
    head.add("to " + shortTitle(report.title(table.reference())));
    head.add("set to");
    return head;
  }

  /** The rows. */
  static List<List<String>> rows(CaseResult table, Report report) {
    var rows = new ArrayList<List<String>>();
    for (LineResult line : table.lines()) {
      rows.add(row(table, line, report.title(line.line())));
    }
    return rows;
  }

  private static List<String> row(CaseResult table, LineResult line, String title) {
    var row = new ArrayList<String>();
    row.add(title);
    String missing = line.skipped();
    for (CaseResult.Column column : table.metrics()) {
      Figures figures = line.figures().get(column.name());
      if (figures == null || !Double.isFinite(figures.median())) {
        row.add("–");
        row.add("");
      } else {
        row.add(Numbers.of(figures.median()));
        row.add(Numbers.of(figures.low()) + " – " + Numbers.of(figures.high()));
      }
    }
    Figures main = line.figures().get(table.metrics().getFirst().name());
    row.add(main == null || !line.counts() ? "" : Numbers.ratio(main.ratio()));
    row.add(missing == null ? settings(line) : "skipped: " + missing);
    return row;
  }

  private static String settings(LineResult line) {
    var told = new ArrayList<String>();
    line.problems().forEach(problem -> told.add("INVALID: " + problem));
    line.settings().forEach((name, value) -> told.add(name + " " + value));
    return String.join(", ", told);
  }

  private static String shortTitle(String title) {
    int colon = title.indexOf(':');
    return colon > 0 ? title.substring(0, colon) : title;
  }
}
