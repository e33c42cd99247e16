package dev.gala.bench.product;

import dev.gala.bench.load.Round;
import dev.gala.bench.product.Product.Tuning;
import dev.gala.bench.product.ProductLine.Form;
import dev.gala.bench.server.BenchDatabase;

/** What one measurement of a product is done with. */
record Stage(Product product, Form form, BenchDatabase database, Tuning tuning, Round round) {
  Client open(Role role) throws Exception {
    return product.open(database, role, tuning);
  }

  int warmUpMillis() {
    return round.warmUpMillis();
  }

  int windowMillis() {
    return round.windowMillis();
  }

  /** Events in a queue to be worked; fewer where nothing is counted. */
  int fill(int listeners) {
    int events = round.sizes().fill(listeners);
    return round.warmsUp() ? Math.max(events / 4, 20) : events;
  }
}
