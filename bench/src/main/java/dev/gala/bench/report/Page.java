package dev.gala.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The page of a run: {@code docs/benchmarks.md}, and its charts beside it. */
public final class Page {
  private static final String OURS = "gala";

  private final Report report;
  private final StringBuilder text = new StringBuilder();

  private Page(Report report) {
    this.report = report;
  }

  /**
   * The page.
   *
   * @param remarks what stands in the way of goals, in Markdown
   * @param method how it was measured, in Markdown, which is the same for every run
   */
  public static String of(Report report, String remarks, String method) {
    var page = new Page(report);
    page.head();
    page.expect();
    page.goals();
    page.text.append(remarks.strip()).append("\n\n");
    page.text.append(method.strip()).append("\n\n");
    page.machine();
    page.tables();
    return page.text.toString();
  }

  /** The charts, by file name: one for every scenario. */
  public static Map<String, String> charts(Report report) {
    Map<String, String> charts = new LinkedHashMap<>();
    for (String scenario : scenarios(report)) {
      var groups = new ArrayList<Svg.Group>();
      for (CaseResult table : casesOf(report, scenario)) {
        CaseResult.Column main = main(table);
        List<Svg.Bar> bars = bars(table, main, report);
        if (!bars.isEmpty()) {
          boolean times = !main.higherIsBetter();
          String better = times ? " (shorter is better)" : " (longer is better)";
          groups.add(new Svg.Group(table.variant() + ", " + main.title() + better, bars, times));
        }
      }
      if (!groups.isEmpty()) {
        charts.put(scenario + ".svg", Svg.of(scenario, groups));
      }
    }
    return charts;
  }

  private void head() {
    text.append("# Benchmarks\n\n");
    text.append("Written by `./gala bench --docs`; do not edit. ")
        .append("Measured on ")
        .append(report.startedAt(), 0, 10)
        .append(", version ")
        .append(report.version())
        .append(" (commit `")
        .append(report.commit(), 0, Math.min(report.commit().length(), 12))
        .append("`), ")
        .append(report.mode())
        .append(" run of ")
        .append(report.seconds() / 60)
        .append(" minutes, medians of ")
        .append(report.rounds())
        .append(" rounds.\n\n");
    if (!report.mode().equals("full")) {
      text.append("> **Not a full run.** Its figures are a first look.\n\n");
    }
    for (String problem : report.problems()) {
      text.append("> **Not valid:** ").append(problem).append("\n\n");
    }
  }

  /** In sentences, for who does not read tables. */
  private void expect() {
    var sentences = new ArrayList<String>();
    say(sentences, "emit", "1 caller", "a lone caller emits %s events a second");
    say(sentences, "emit", "50 callers at once", "50 callers emit %s a second together");
    say(sentences, "work", "1 listener an event", "a filled queue is worked at %s events a second");
    for (CaseResult table : casesOf(report, "pipeline")) {
      String how = "emitted and worked at the same time (" + table.variant() + "): %s a second";
      say(sentences, "pipeline", table.variant(), how);
    }
    for (CaseResult table : casesOf(report, "latency")) {
      String how =
          "at "
              + table.variant()
              + " an event reaches a handler in another process after %s ms,"
              + " half of the time";
      say(sentences, "latency", table.variant(), how);
    }
    if (sentences.isEmpty()) {
      return;
    }
    text.append("## What to expect\n\nOn this machine, server and clients sharing it:\n\n");
    sentences.forEach(sentence -> text.append("- ").append(sentence).append(".\n"));
    text.append(
        """

        Other machines give other figures; the ratios move less. More cores help most where the
        database and the client compete for them, as here.

        """);
  }

  private void say(List<String> sentences, String scenario, String variant, String sentence) {
    report
        .find(scenario, variant)
        .flatMap(table -> table.figure(OURS, main(table).name()))
        .ifPresent(figure -> sentences.add(sentence.replace("%s", Numbers.of(figure))));
  }

  private void goals() {
    var rows = new ArrayList<List<String>>();
    for (GoalResult goal : report.goals()) {
      Double reached = goal.reached();
      rows.add(
          List.of(
              goal.goal(),
              (goal.atLeast() ? "≥ " : "≤ ") + Numbers.of(goal.target()),
              reached == null ? "–" : Numbers.of(reached),
              goal.verdict()));
    }
    text.append("## Goals\n\n");
    table(List.of("goal", "target", "reached", ""), rows);
  }

  private void machine() {
    Machine machine = report.machine();
    text.append("## Machine and settings\n\n");
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("processor", machine.cpu() + ", " + machine.processors() + " of it"));
    rows.add(List.of("memory", Numbers.of((double) machine.memoryMb()) + " MB"));
    rows.add(List.of("system", machine.os() + ", file system " + machine.disk()));
    rows.add(List.of("JVM", machine.jvm() + " " + String.join(" ", machine.jvmFlags())));
    report.server().forEach((name, value) -> rows.add(List.of("PostgreSQL " + name, value)));
    report.sizes().forEach((name, value) -> rows.add(List.of(name, value)));
    table(List.of("", ""), rows);
    var lines = new ArrayList<List<String>>();
    for (Report.LineInfo line : report.lines()) {
      var settings = new ArrayList<String>();
      line.settings().forEach((name, value) -> settings.add(name + " " + value));
      lines.add(
          List.of(
              line.title(), "`" + line.id() + "`", line.version(), String.join(", ", settings)));
    }
    table(List.of("line", "id", "version", "settings"), lines);
  }

  private void tables() {
    text.append("## Figures\n\n");
    Set<String> charts = charts(report).keySet();
    for (String scenario : scenarios(report)) {
      text.append("### ").append(scenario).append("\n\n");
      if (charts.contains(scenario + ".svg")) {
        text.append("![")
            .append(scenario)
            .append("](benchmarks/")
            .append(scenario)
            .append(".svg)\n\n");
      }
      for (CaseResult table : casesOf(report, scenario)) {
        text.append("**").append(table.variant()).append("**\n\n");
        table(Cells.head(table, report), Cells.rows(table, report));
        details(table);
      }
    }
  }

  private void details(CaseResult table) {
    for (LineResult line : table.lines()) {
      if (!line.details().isEmpty()) {
        text.append(report.title(line.line())).append(":\n\n");
        var rows = new ArrayList<List<String>>();
        line.details().forEach((what, count) -> rows.add(List.of("`" + what + "`", count)));
        boolean profile = table.scenario().equals("pipeline");
        table(
            profile ? List.of("where the client's time goes", "") : List.of("statement", ""), rows);
      }
    }
  }

  private void table(List<String> head, List<List<String>> rows) {
    row(head);
    row(head.stream().map(cell -> "---").toList());
    rows.forEach(this::row);
    text.append('\n');
  }

  private void row(List<String> cells) {
    text.append('|');
    cells.forEach(cell -> text.append(' ').append(cell.replace("|", "\\|")).append(" |"));
    text.append('\n');
  }

  private static List<Svg.Bar> bars(CaseResult table, CaseResult.Column main, Report report) {
    var bars = new ArrayList<Svg.Bar>();
    for (LineResult line : table.lines()) {
      Figures figures = line.figures().get(main.name());
      if (line.counts() && figures != null && Double.isFinite(figures.median())) {
        bars.add(
            new Svg.Bar(
                report.title(line.line()),
                figures.median(),
                figures.low(),
                figures.high(),
                line.line().startsWith(OURS) || table.scenario().equals("scale")));
      }
    }
    return bars;
  }

  private static CaseResult.Column main(CaseResult table) {
    return table.metrics().getFirst();
  }

  private static Set<String> scenarios(Report report) {
    var scenarios = new LinkedHashSet<String>();
    report.cases().forEach(table -> scenarios.add(table.scenario()));
    return scenarios;
  }

  private static List<CaseResult> casesOf(Report report, String scenario) {
    return report.cases().stream().filter(table -> table.scenario().equals(scenario)).toList();
  }
}
