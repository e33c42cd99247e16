package dev.gala.bench.product;

import dev.gala.bench.load.ChildProcess;
import dev.gala.bench.load.Metric;
import dev.gala.bench.load.Round;
import dev.gala.bench.load.Sample;
import dev.gala.bench.product.Product.Tuning;
import dev.gala.bench.server.BenchDatabase;
import dev.gala.bench.server.StatementCounts;
import java.util.List;

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
      return StatementCounts.sample(database, seconds);
    }
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
