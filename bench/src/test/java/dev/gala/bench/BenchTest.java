package dev.gala.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.bench.json.ReportJson;
import dev.gala.bench.load.Event;
import dev.gala.bench.load.Metric;
import dev.gala.bench.load.Sizes;
import dev.gala.bench.peer.Products;
import dev.gala.bench.product.Client;
import dev.gala.bench.product.Product;
import dev.gala.bench.product.Role;
import dev.gala.bench.report.CaseResult;
import dev.gala.bench.report.LineResult;
import dev.gala.bench.report.Report;
import dev.gala.bench.report.TextTables;
import dev.gala.bench.server.BenchDatabase;
import dev.gala.bench.server.Databases;
import dev.gala.test.postgres.TestDatabase;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The harness as a whole, on a real server, with figures that say nothing. */
class BenchTest {
  private final List<Report> interim = new ArrayList<>();

  @Test
  void measuresAndTellsWhatNotToBelieve(@TempDir Path data) throws Exception {
    Report report =
        run(
            data,
            Set.of("emit", "emit-batch", "work", "pipeline", "latency", "memory", "scale"),
            Set.of("limit", "gala", "gala-all-options", "bare-executor", "gala-memory"));

    assertThat(report.cases())
        .extracting(CaseResult::scenario)
        .contains("emit", "emit-batch", "work", "pipeline", "latency", "memory", "scale");
    assertThat(report.cases())
        .allSatisfy(
            table ->
                assertThat(table.lines())
                    .as(table.scenario() + " " + table.variant())
                    .isNotEmpty()
                    .allMatch(line -> line.skipped() == null)
                    .allMatch(line -> line.problems().isEmpty()));
    assertThat(report.find("scale", "work").orElseThrow().lines())
        .extracting(LineResult::line)
        .containsExactly(
            "an empty table",
            "rows of foreign kinds ahead in the queue",
            "an old snapshot held open");
    assertThat(report.lines())
        .extracting(Report.LineInfo::id)
        .containsExactly("limit", "gala", "gala-all-options", "bare-executor", "gala-memory");
    CaseResult pipeline =
        report.cases().stream()
            .filter(one -> one.scenario().equals("pipeline"))
            .findFirst()
            .orElseThrow();
    assertThat(pipeline.lines())
        .filteredOn(line -> line.line().equals("gala"))
        .allSatisfy(line -> assertThat(line.details()).as("where the time goes").isNotEmpty());
    assertThat(report.problems())
        .as("the tests' server is fast, not durable")
        .anyMatch(problem -> problem.contains("fsync is off"));
    assertThat(report.valid()).isFalse();
    assertThat(report.goals()).isNotEmpty();
    assertThat(interim).as("one after each case").hasSizeGreaterThan(5);
    assertThat(interim.getLast().cases()).isEqualTo(report.cases());
    assertThat(report.find("emit", "1 caller").orElseThrow().metrics())
        .extracting(CaseResult.Column::name)
        .containsExactly(Metric.RATE.name(), Metric.CLIENT_CPU.name());

    assertThat(ReportJson.read(ReportJson.write(report))).isEqualTo(report);
    assertThat(TextTables.of(report))
        .contains("events/s", "from – to", "to limit", "goals", "INVALID RUN: the server's fsync");
  }

  @Test
  void skipsWhatALineCannotDo(@TempDir Path data) throws Exception {
    Report report = run(data, Set.of("idle", "transactional"), Set.of("gala", "jobrunr"));
    CaseResult transactional = report.cases().getFirst();
    assertThat(transactional.lines())
        .extracting(LineResult::line, LineResult::skipped)
        .contains(
            org.assertj.core.groups.Tuple.tuple("gala", null),
            org.assertj.core.groups.Tuple.tuple(
                "jobrunr", "transactions of the application's: in its commercial edition only"));
    assertThat(report.find("idle", "one client, nothing to do").orElseThrow().lines())
        .extracting(LineResult::skipped)
        .containsOnly("the server does not load pg_stat_statements");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gala", "db-scheduler", "jobrunr"})
  void everyProductWorksWhatItEmits(String id) throws Exception {
    Product product = Products.of(id);
    var handled = new CountDownLatch(3);
    try (TestDatabase created = TestDatabase.create()) {
      var database = new BenchDatabase(created.url());
      product.install(database);
      product.clear(database);
      var role = Role.worker(event -> handled.countDown(), 1);
      try (Client client = product.open(database, role, product.tunings().getFirst())) {
        client.emit(Event.of(0));
        client.emitAll(List.of(Event.of(1), Event.of(2)));
        assertThat(product.unfinished(database)).isEqualTo(3);
        client.start();
        assertThat(handled.await(30, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(product.unfinished(database)).isZero();
    }
  }

  private Report run(Path data, Set<String> scenarios, Set<String> lines) throws Exception {
    try (TestDatabase place = TestDatabase.create();
        Databases databases = Databases.at(place.url());
        var out = new PrintWriter(Writer.nullWriter(), true)) {
      return new Bench(Sizes.tiny(), scenarios, lines, data, data)
          .run(databases, new Progress(out), interim::add);
    }
  }
}
