package dev.gala.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.cli.Cli;
import dev.gala.conformance.RiverPoint;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code gala river bench}, run for a short time. */
class RiverBenchTest {
  private static final Pattern ROUND =
      Pattern.compile(
          "bench: jobs worked \\[ +\\d+ ], inserted \\[ +\\d+ ], job/sec \\[ +[0-9.]+ ] \\[(0s|2s)]");
  private static final Pattern TOTAL =
      Pattern.compile(
          "bench: total jobs worked \\[ +(\\d+) ], total jobs inserted \\[ +(\\d+) ], overall job/sec"
              + " \\[ +([0-9.]+) ], running [0-9.]+(µs|ms|s)");
  private static final Pattern LATENCY =
      Pattern.compile(
          "bench: from (due|claimed|done) to (claimed|done|written) +\\[ p50 ([0-9.]+)ms, p95"
              + " ([0-9.]+)ms, p99 ([0-9.]+)ms, longest ([0-9.]+)ms ]");
  private static final Pattern DATABASE =
      Pattern.compile(
          "bench: database: commits/job \\[ ([0-9.]+) ], WAL bytes/job \\[ ([0-9.]+) ], rows inserted"
              + " \\[ (\\d+) ], updated \\[ (\\d+) ], deleted \\[ \\d+ ]");

  private final TestDatabase database = TestDatabase.create();

  @BeforeEach
  void migrate() {
    Cli.run("migrate", "up", "--database", database.url()).assertDone();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Cli bench(String... more) {
    var arguments = new ArrayList<>(List.of("river", "bench", "--database-url", database.url()));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private String value(String sql) throws SQLException {
    try (Connection connection = database.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Matcher line(List<String> lines, Pattern pattern) {
    List<Matcher> found = lines.stream().map(pattern::matcher).filter(Matcher::matches).toList();
    assertThat(found).as("lines like %s in %s", pattern, lines).hasSize(1);
    return found.getFirst();
  }

  @Test
  @RiverPoint(104)
  void burnsDownAsManyJobsAsItWasTold() throws SQLException {
    List<String> lines = bench("-n", "6001").assertDone().out().lines().toList();
    assertThat(lines.getFirst())
        .matches("bench: jobs worked \\[ +\\d+ ], inserted \\[ +6001 ], job/sec .* \\[0s]");
    Matcher total = line(lines, TOTAL);
    assertThat(total.group(1)).isEqualTo("6001");
    assertThat(total.group(2)).isEqualTo("6001");
    assertThat(Double.parseDouble(total.group(3))).isPositive();
    assertThat(
            value(
                "select string_agg(distinct concat_ws(' ', kind, args, queue, state, attempt), ',')"
                    + " || count(*) from river_job"))
        .isEqualTo("benchmark {\"num\": 0} default completed 16001");

    List<Matcher> latencies =
        lines.stream().map(LATENCY::matcher).filter(Matcher::matches).toList();
    assertThat(latencies).hasSize(4);
    for (Matcher latency : latencies) {
      double last = 0;
      for (int percentile = 3; percentile <= 6; percentile++) {
        double millis = Double.parseDouble(latency.group(percentile));
        assertThat(millis).isGreaterThanOrEqualTo(last);
        last = millis;
      }
    }
    Matcher counts = line(lines, DATABASE);
    assertThat(Double.parseDouble(counts.group(1))).isPositive();
    assertThat(Double.parseDouble(counts.group(2))).isPositive();
  }

  @Test
  @RiverPoint(104)
  void insertsAsManyAsItWorksForAWhile() throws SQLException {
    List<String> lines = bench("--duration", "3s").assertDone().out().lines().toList();
    assertThat(lines.stream().filter(line -> ROUND.matcher(line).matches()))
        .as("one at the start, one after each 2 s")
        .hasSize(2);
    Matcher total = line(lines, TOTAL);
    long inserted = Long.parseLong(total.group(2));
    assertThat(inserted % 5_000).isZero();
    assertThat(inserted).isGreaterThanOrEqualTo(75_000);
    assertThat(Long.parseLong(total.group(1))).isPositive().isLessThanOrEqualTo(inserted);
    assertThat(Long.parseLong(value("select count(*) from river_job")) - inserted)
        .as("the batch that was under way at the end may be there too")
        .isIn(0L, 5_000L);
  }

  @Test
  void jobsOfOthersAreKeptUnlessToldOtherwise() throws SQLException {
    execute(
        "insert into river_job (kind, args, max_attempts, queue) values ('mail', '{}', 1, 'mail')");
    Cli refused = bench("-n", "10");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("jobs of kind 'mail'").contains("--discard-jobs");
    assertThat(value("select kind from river_job")).isEqualTo("mail");

    bench("-n", "10", "--discard-jobs").assertDone();
    assertThat(value("select count(*) from river_job where kind = 'benchmark'")).isEqualTo("10");
    // Its own jobs of before are no reason to refuse.
    bench("-n", "5").assertDone();
    assertThat(value("select count(*) from river_job")).isEqualTo("5");
  }

  @Test
  void whatMakesNoSenseIsRefused() throws SQLException {
    assertThat(bench("-n", "-1").err()).contains("--num-total-jobs is -1: give from 1 to");
    assertThat(bench("--duration", "0s").err()).contains("--duration is 0s");
    assertThat(bench("--duration", "soon").err()).contains("'soon' is no duration");
    execute("create schema elsewhere");
    Cli none = bench("--schema", "elsewhere");
    assertThat(none.err()).contains("there is no table \"elsewhere\".river_job");
    assertThat(none.exitCode()).isEqualTo(1);
  }
}
