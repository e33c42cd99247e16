package dev.gala.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A report for the terminal. */
public final class TextTables {
  private TextTables() {}

  /** All of it. */
  public static String of(Report report) {
    var text = new StringBuilder();
    Machine machine = report.machine();
    text.append("gala bench, ")
        .append(report.mode())
        .append(": median of ")
        .append(report.rounds())
        .append(" round(s)\n")
        .append(machine.cpu())
        .append(", ")
        .append(machine.processors())
        .append(" processors, ")
        .append(machine.jvm())
        .append('\n')
        .append("PostgreSQL ")
        .append(pairs(report.server()))
        .append("\n");
    for (Report.LineInfo line : report.lines()) {
      text.append("  ")
          .append(line.title())
          .append(" (")
          .append(line.id())
          .append("), ")
          .append(line.version())
          .append(": ")
          .append(pairs(line.settings()))
          .append('\n');
    }
    for (CaseResult table : report.cases()) {
      text.append('\n').append(table.scenario()).append(": ").append(table.variant()).append('\n');
      append(text, Cells.head(table, report), Cells.rows(table, report));
    }
    goals(text, report);
    report.problems().forEach(problem -> text.append("\nINVALID RUN: ").append(problem));
    return text.append('\n').toString();
  }

  /** Those that were measured; the file and the page have all. */
  private static void goals(StringBuilder text, Report report) {
    var rows = new ArrayList<List<String>>();
    for (GoalResult goal : report.goals()) {
      Double reached = goal.reached();
      if (reached != null) {
        String target = (goal.atLeast() ? "≥ " : "≤ ") + Numbers.of(goal.target());
        rows.add(List.of(goal.goal(), target, Numbers.of(reached), goal.verdict()));
      }
    }
    if (rows.isEmpty()) {
      return;
    }
    text.append("\ngoals\n");
    append(text, List.of("goal", "target", "reached", ""), rows);
  }

  /** The first and the last column stand left, figures right. */
  static void append(StringBuilder text, List<String> head, List<List<String>> rows) {
    var all = new ArrayList<List<String>>();
    all.add(head);
    all.addAll(rows);
    int columns = head.size();
    for (List<String> row : all) {
      text.append("  ");
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        int column = i;
        int width = all.stream().mapToInt(one -> one.get(column).length()).max().orElse(0);
        boolean left = i == 0 || i == columns - 1;
        String space = " ".repeat(width - cell.length());
        text.append(left ? cell : space + cell);
        text.append(i == 0 ? space : "").append(i == columns - 1 ? "\n" : "  ");
      }
    }
  }

  private static String pairs(Map<String, String> pairs) {
    return String.join(
        ", ", pairs.entrySet().stream().map(one -> one.getKey() + " " + one.getValue()).toList());
  }
}
