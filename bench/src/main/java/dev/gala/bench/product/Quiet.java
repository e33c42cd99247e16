package dev.gala.bench.product;

import dev.gala.bench.load.ChildProcess;
import dev.gala.bench.load.Metric;
import dev.gala.bench.load.Round;
import dev.gala.bench.load.Sample;
import dev.gala.bench.product.Product.Tuning;
import dev.gala.bench.server.BenchDatabase;
import dev.gala.bench.server.StatementCounts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a client costs that has little to do. */
final class Quiet {
  private static final int SETTLING_MILLIS = 1_500;

  private Quiet() {}

  static Sample idle(Product product, BenchDatabase database, Tuning tuning, Round round)
      throws Exception {
    int seconds = round.warmsUp() ? 1 : round.sizes().idleSeconds();
    try (Client worker = product.open(database, Role.worker(event -> {}, 1), tuning)) {
      worker.start();
      Thread.sleep(SETTLING_MILLIS);
      StatementCounts.reset(database);
      Thread.sleep(seconds * 1_000L);
      return counted(StatementCounts.byKind(database), seconds);
    }
  }

  /** Statements a second, and which they were. */
  static Sample counted(Map<String, Long> byKind, int seconds) {
    long all = byKind.values().stream().mapToLong(Long::longValue).sum();
    var details = new LinkedHashMap<String, String>();
    byKind.forEach(
        (kind, count) ->
            details.put(kind, String.format(Locale.ROOT, "%.2f/s", (double) count / seconds)));
    return Sample.of(Metric.STATEMENTS, (double) all / seconds).withDetails(details);
  }

  static Sample startup(Product product, BenchDatabase database, String id) throws Exception {
    long begun = System.nanoTime();
    try (ChildProcess child = ChildProcess.start(product.startupMain(), List.of(id))) {
      child.tell(database.url());
      String answer = child.answer();
      long ended = System.nanoTime();
      if (!answer.equals("handled")) {
        throw new IllegalStateException("a starting process said: " + answer);
      }
      return Sample.of(Metric.STARTUP, (ended - begun) / 1e9);
    }
  }
}
