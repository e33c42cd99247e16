package dev.gala.bench;

import dev.gala.bench.load.Case;
import dev.gala.bench.load.Metric;
import dev.gala.bench.load.Situation;
import dev.gala.bench.memory.Buses;
import dev.gala.bench.report.CaseResult;
import dev.gala.bench.report.GoalResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the project wants to reach. */
final class Goals {
  private static final String GALA = "gala";
  private static final String LIMIT = "limit";
  private static final String RATE = Metric.RATE.name();

  private final List<CaseResult> cases;
  private final List<GoalResult> goals = new ArrayList<>();

  private Goals(List<CaseResult> cases) {
    this.cases = cases;
  }

  /** Every goal, measured or not. */
  static List<GoalResult> of(List<CaseResult> cases) {
    var all = new Goals(cases);
    all.throughput();
    all.latency();
    all.rest();
    return List.copyOf(all.goals);
  }

  private void throughput() {
    for (CaseResult table : of("pipeline").toList()) {
      String what = "pipeline, " + table.variant() + ": ";
      atLeast(what + "apart, to the limit", 0.9, ratio(table, GALA, LIMIT));
      atLeast(what + "together, to the limit", 1.5, ratio(table, Lines.TOGETHER, LIMIT));
    }
    // Go gala has no call for many.
    CaseResult single =
        of("pipeline")
            .filter(table -> table.variant().endsWith(Case.Pipeline.ONE_BY_ONE))
            .findFirst()
            .orElse(null);
    atLeast(
        "pipeline, emitted one by one: together, to Go gala",
        10,
        ratio(single, Lines.TOGETHER, "go-gala"));
    CaseResult work = find(new Case.Work(1, Situation.EMPTY, false));
    atLeast("work, to db-scheduler", 3, ratio(work, GALA, "db-scheduler"));
    atLeast("work, to JobRunr", 5, ratio(work, GALA, "jobrunr"));
    atLeast("work, to Go River", 1, ratio(work, GALA, "go-river"));
    atLeast(
        "emit, 50 at once, to the shared limit", 0.9, ratio(find(new Case.Emit(50)), GALA, LIMIT));
    atLeast(
        "emit, alone, to a plain insert", 0.9, ratio(find(new Case.Emit(1)), GALA, "plain-insert"));
  }

  private void latency() {
    CaseResult hundred = find(new Case.Latency(100, Situation.EMPTY, false));
    CaseResult thousand = find(new Case.Latency(1_000, Situation.EMPTY, false));
    atMost("latency at 100/s across processes, p50 ms", 2, figure(hundred, GALA, Metric.P50));
    atMost("latency at 100/s across processes, p99 ms", 6, figure(hundred, GALA, Metric.P99));
    atMost(
        "latency at 100/s in one runtime, p50 ms",
        0.3,
        figure(hundred, Lines.TOGETHER, Metric.P50));
    atMost("latency at 1000/s across processes, p99 ms", 10, figure(thousand, GALA, Metric.P99));
  }

  private void rest() {
    CaseResult memory = find(new Case.Memory());
    atLeast(
        "memory, to encode + executor + decode", 1 / 1.5, ratio(memory, Buses.GALA, Buses.BARE));
    atMost(
        "idle, statements a second of a client",
        3,
        figure(find(new Case.Idle()), GALA, Metric.STATEMENTS));
    scale("work", Metric.RATE, "work");
    scale("latency", Metric.P50, "speed of the hop, p50");
    scale("latency", Metric.P99, "speed of the hop, p99");
  }

  /** How much of what it does on an empty table is left; of times, the other way round. */
  private void scale(String variant, Metric metric, String title) {
    CaseResult table =
        of("scale").filter(one -> one.variant().equals(variant)).findFirst().orElse(null);
    Double empty = figure(table, Situation.EMPTY.title(), metric);
    for (Situation situation : Situation.values()) {
      if (situation != Situation.EMPTY) {
        Double full = figure(table, situation.title(), metric);
        Double left = metric.higherIsBetter() ? divide(full, empty) : divide(empty, full);
        atLeast("scale, " + situation.title() + ": " + title + ", to empty", 0.8, left);
      }
    }
  }

  private void atLeast(String goal, double target, @Nullable Double reached) {
    goals.add(new GoalResult(goal, true, target, reached));
  }

  private void atMost(String goal, double target, @Nullable Double reached) {
    goals.add(new GoalResult(goal, false, target, reached));
  }

  private Stream<CaseResult> of(String scenario) {
    return cases.stream().filter(table -> table.scenario().equals(scenario));
  }

  private @Nullable CaseResult find(Case what) {
    return of(what.scenario())
        .filter(table -> table.variant().equals(what.variant()))
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Double figure(@Nullable CaseResult table, String line, Metric metric) {
    return Optional.ofNullable(table)
        .flatMap(found -> found.figure(line, metric.name()))
        .orElse(null);
  }

  private static @Nullable Double ratio(@Nullable CaseResult table, String line, String to) {
    if (table == null) {
      return null;
    }
    return divide(table.figure(line, RATE).orElse(null), table.figure(to, RATE).orElse(null));
  }

  private static @Nullable Double divide(@Nullable Double one, @Nullable Double by) {
    return one == null || by == null || by == 0 ? null : one / by;
  }
}
