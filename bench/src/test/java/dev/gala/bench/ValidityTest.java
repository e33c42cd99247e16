package dev.gala.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.bench.load.Case;
import dev.gala.bench.load.Line;
import dev.gala.bench.load.Metric;
import dev.gala.bench.load.Sample;
import dev.gala.bench.load.Situation;
import dev.gala.bench.load.Sizes;
import dev.gala.bench.report.CaseResult;
import dev.gala.bench.report.LineResult;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidityTest {
  @ParameterizedTest
  @CsvSource({"1300, 1000, true", "2000, 1000, true", "1299, 1000, false", "900, 1000, false"})
  void needsALimitThatIsFarFromRiversOwnStatements(double limit, double river, boolean valid) {
    List<String> problems =
        Validity.problems(List.of(pipeline(limit, river)), RunnerTest.durable());
    if (valid) {
      assertThat(problems).isEmpty();
    } else {
      assertThat(problems).singleElement().asString().contains("at least 1.30×", "idle machine");
    }
  }

  /** They do the same in both cases; a round in which the machine was busy does not decide. */
  @Test
  void allRoundsOfAllPipelinesAreOneComparison() {
    List<CaseResult> cases =
        List.of(pipeline(1_500, 1_000), pipeline(1_200, 1_000), pipeline(1_400, 1_000));
    assertThat(Validity.problems(cases, RunnerTest.durable())).isEmpty();
    List<CaseResult> worse =
        List.of(pipeline(1_500, 1_000), pipeline(1_200, 1_000), pipeline(1_250, 1_000));
    assertThat(Validity.problems(worse, RunnerTest.durable()))
        .singleElement()
        .asString()
        .contains("1.25×");
  }

  @Test
  void doubtsALimitThatFailed() {
    CaseResult table = pipeline(1_500, 1_000);
    var lines = new ArrayList<LineResult>();
    for (LineResult line : table.lines()) {
      boolean limit = line.line().equals("limit");
      lines.add(
          new LineResult(
              line.line(),
              limit ? "failed" : null,
              limit ? Map.of() : line.figures(),
              Map.of(),
              Map.of(),
              List.of()));
    }
    var failed =
        new CaseResult(table.scenario(), table.variant(), table.metrics(), "river-sql", lines);
    assertThat(Validity.problems(List.of(failed), RunnerTest.durable()))
        .singleElement()
        .asString()
        .contains("cannot be told");
  }

  @Test
  void doubtsALimitThatIsTooFarAndOneThatCannotBeCompared() {
    assertThat(Validity.problems(List.of(pipeline(2_010, 1_000)), RunnerTest.durable()))
        .singleElement()
        .asString()
        .contains("2.01×", "bad plan");
    assertThat(Validity.problems(List.of(pipeline(2_000, Double.NaN)), RunnerTest.durable()))
        .singleElement()
        .asString()
        .contains("cannot be told");
  }

  @Test
  void doesNotMindALimitThatIsNotMeasured() {
    CaseResult table = table(new Case.Pipeline(2, 100), Map.of("gala", 1.0));
    assertThat(Validity.problems(List.of(table), RunnerTest.durable())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"fsync", "full_page_writes", "synchronous_commit"})
  void needsADurableServer(String setting) {
    var settings = new HashMap<>(RunnerTest.durable());
    settings.put(setting, "off");
    assertThat(Validity.problems(List.of(), settings))
        .singleElement()
        .asString()
        .contains(setting + " is off");
  }

  @Test
  void goalsAreComparedAndTold() {
    var cases = List.of(pipeline(1_000, 500), memory(100, 50));
    var goals = Goals.of(cases);
    assertThat(goals)
        .filteredOn(goal -> goal.goal().endsWith("apart, to the limit"))
        .singleElement()
        .satisfies(goal -> assertThat(goal.verdict()).isEqualTo("reached"))
        .satisfies(goal -> assertThat(goal.reached()).isEqualTo(0.95));
    assertThat(goals)
        .filteredOn(goal -> goal.goal().startsWith("memory"))
        .singleElement()
        .satisfies(goal -> assertThat(goal.verdict()).isEqualTo("missed"));
    assertThat(goals)
        .filteredOn(goal -> goal.goal().startsWith("idle"))
        .singleElement()
        .satisfies(goal -> assertThat(goal.verdict()).isEqualTo("not measured"));
  }

  @Test
  void situationsAreComparedWithTheEmptyTable() {
    var tables =
        ScaleTables.combined(
            List.of(
                table(new Case.Work(1, Situation.EMPTY, true), Map.of("gala", 1_000.0)),
                table(new Case.Work(1, Situation.FOREIGN, true), Map.of("gala", 700.0))));
    assertThat(tables).singleElement().extracting(CaseResult::variant).isEqualTo("work");
    assertThat(tables.getFirst().lines().getLast().figures().get(Metric.RATE.name()).ratio())
        .isEqualTo(0.7);
    assertThat(Goals.of(tables))
        .filteredOn(goal -> goal.goal().contains("foreign kinds") && goal.reached() != null)
        .singleElement()
        .satisfies(goal -> assertThat(goal.reached()).isEqualTo(0.7))
        .satisfies(goal -> assertThat(goal.verdict()).isEqualTo("missed"));
  }

  private static CaseResult pipeline(double limit, double river) {
    return table(
        new Case.Pipeline(2, 100),
        Map.of("limit", limit, "river-sql", river, "gala", limit * 0.95));
  }

  private static CaseResult memory(double bare, double gala) {
    return table(new Case.Memory(), Map.of("bare-executor", bare, "gala-memory", gala));
  }

  /** Lines with these rates, the best first. */
  static CaseResult table(Case what, Map<String, Double> rates) {
    var lines = new ArrayList<Line>();
    rates.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(
            one ->
                lines.add(
                    FakeLine.of(
                        one.getKey(), new ArrayList<>(), round -> Sample.rate(one.getValue()))));
    var progress = new Progress(new PrintWriter(Writer.nullWriter(), true));
    return new Runner(Sizes.tiny(), progress, Path.of(System.getProperty("java.io.tmpdir")))
        .run(what, lines);
  }
}
