package dev.gala.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.bench.load.Case;
import dev.gala.bench.load.Metric;
import dev.gala.bench.load.Sample;
import dev.gala.bench.load.Situation;
import dev.gala.bench.load.Sizes;
import dev.gala.bench.load.Skipped;
import dev.gala.bench.report.CaseResult;
import dev.gala.bench.report.Figures;
import dev.gala.bench.report.LineResult;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunnerTest {
  private static final Case EMIT = new Case.Emit(1);

  private final List<String> log = new ArrayList<>();
  private final Runner runner =
      new Runner(
          Sizes.full().withRounds(3),
          new Progress(new PrintWriter(Writer.nullWriter(), true)),
          Path.of(System.getProperty("java.io.tmpdir")));

  @Test
  void goesThroughTheLinesInAnotherOrderEachRound() {
    runner.run(EMIT, List.of(line("a", 1), line("b", 2), line("c", 3)));
    assertThat(log)
        .containsExactly("0a", "0b", "0c", "1b", "1c", "1a", "2c", "2a", "2b", "3a", "3b", "3c");
  }

  @Test
  void doesNotCountTheRoundThatWarmsUp() {
    var line =
        FakeLine.of("a", log, round -> Sample.rate(round.warmsUp() ? 1_000_000 : round.number()));
    Figures figures = figures(runner.run(EMIT, List.of(line)), "a");
    assertThat(figures.rounds()).containsExactly(1.0, 2.0, 3.0);
    assertThat(figures.median()).isEqualTo(2);
  }

  @Test
  void comparesWithTheFirstLineThatHasFigures() {
    var absent =
        FakeLine.of(
            "absent",
            log,
            round -> {
              throw new Skipped("not here");
            });
    CaseResult table = runner.run(EMIT, List.of(absent, line("a", 100), line("b", 25)));
    assertThat(table.reference()).isEqualTo("a");
    assertThat(figures(table, "b").ratio()).isEqualTo(0.25);
    assertThat(table.lines().getFirst().skipped()).isEqualTo("not here");
    assertThat(log).containsOnlyOnce("0absent").doesNotContain("1absent");
  }

  @Test
  void goesOnWithoutALineThatFails() {
    var broken =
        FakeLine.of(
            "broken",
            log,
            round -> {
              throw new IllegalStateException("the server is away");
            });
    CaseResult table = runner.run(EMIT, List.of(broken, line("a", 1)));
    assertThat(table.lines().getFirst().skipped())
        .isEqualTo("failed: IllegalStateException: the server is away");
    assertThat(table.figure("a", Metric.RATE.name())).hasValue(1.0);
  }

  @Test
  void keepsAProblemAndDoesNotCountTheLine() {
    var wrong = FakeLine.of("wrong", log, round -> Sample.rate(5).withProblem("lost 3"));
    CaseResult table = runner.run(EMIT, List.of(wrong, line("a", 1)));
    LineResult row = table.lines().getFirst();
    assertThat(row.problems()).containsExactly("lost 3");
    assertThat(table.figure("wrong", Metric.RATE.name())).isEmpty();
    assertThat(table.reference()).isEqualTo("a");
    assertThat(Validity.problems(List.of(table), durable()))
        .containsExactly("emit, 1 caller, wrong: lost 3");
  }

  @Test
  void takesTheSlowestThousandthOfAllRoundsTogether() {
    var line =
        FakeLine.of(
            "a", log, round -> Sample.latencies(new long[] {1_000, round.number() * 10_000L}));
    CaseResult table = runner.run(new Case.Latency(10, Situation.EMPTY, false), List.of(line));
    assertThat(table.figure("a", Metric.P50.name())).hasValue(1.0);
    assertThat(table.figure("a", Metric.P99.name())).hasValue(20.0);
    assertThat(table.figure("a", Metric.P999.name())).hasValue(30.0);
  }

  @Test
  void comparesTimesTheOtherWayRound() {
    var fast = FakeLine.of("fast", log, round -> Sample.of(Metric.STARTUP, 1));
    var slow = FakeLine.of("slow", log, round -> Sample.of(Metric.STARTUP, 4));
    CaseResult table = runner.run(new Case.Startup(), List.of(fast, slow));
    assertThat(table.lines().getLast().figures().get(Metric.STARTUP.name()).ratio())
        .isEqualTo(0.25);
    assertThat(log).doesNotContain("0fast");
  }

  static Map<String, String> durable() {
    return Map.of("fsync", "on", "full_page_writes", "on", "synchronous_commit", "on");
  }

  private FakeLine line(String id, double rate) {
    return FakeLine.of(id, log, round -> Sample.rate(rate));
  }

  private static Figures figures(CaseResult table, String line) {
    return table.line(line).orElseThrow().figures().get(Metric.RATE.name());
  }
}
