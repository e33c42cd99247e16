package dev.gala.bench.limit;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One way to drive the statements.
 *
 * @param inserters connections that insert
 * @param workers connections that claim and complete
 * @param batch rows of a statement
 * @param shared whether callers share statements
 */
record Way(int inserters, int workers, int batch, boolean shared) {
  /** Callers insert by themselves. */
  static Way alone(int connections) {
    return new Way(connections, 0, 1, false);
  }

  /** Callers share statements. */
  static Way shared(int connections) {
    return new Way(connections, 0, 500, true);
  }

  Map<String, String> told() {
    var told = new LinkedHashMap<String, String>();
    if (inserters > 0) {
      told.put("inserting connections", String.valueOf(inserters));
    }
    if (workers > 0) {
      told.put("working connections", String.valueOf(workers));
    }
    told.put(shared ? "shared statements of up to" : "rows of a statement", batch + "");
    return told;
  }
}
