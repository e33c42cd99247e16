package dev.gala.bench.limit;

import dev.gala.bench.limit.LimitLine.Kind;
import dev.gala.bench.load.Case;
import java.util.ArrayList;
import java.util.List;

/** The ways that may be the best of a case. */
final class Ways {
  private static final int MOST_CONNECTIONS = 32;

  private Ways() {}

  static List<Way> of(Kind kind, Case what) {
    return switch (what) {
      case Case.Emit emit -> emits(kind, emit.callers());
      case Case.EmitBatch batch -> batches();
      case Case.Work work -> works();
      case Case.Pipeline pipeline -> kind == Kind.DIRECT ? directs() : pipelines();
      case Case.Latency latency -> List.of(new Way(1, 1, 100, false));
      case Case.Transactional transactional -> List.of(Way.alone(transactional.callers()));
      case Case.Retry retry -> List.of(new Way(0, 1, 500, false), new Way(0, 2, 500, false));
      case Case.Memory memory -> List.of();
      case Case.Startup startup -> List.of();
      case Case.Idle idle -> List.of();
    };
  }

  private static List<Way> emits(Kind kind, int callers) {
    var ways = new ArrayList<Way>();
    int most = Math.min(callers, MOST_CONNECTIONS);
    if (kind != Kind.PLAIN && callers > 1) {
      ways.add(Way.shared(2));
      ways.add(Way.shared(1));
    }
    ways.add(Way.alone(most));
    if (most > 8) {
      ways.add(Way.alone(8));
    }
    return ways;
  }

  private static List<Way> batches() {
    var ways = new ArrayList<Way>();
    for (int connections = 2; connections >= 1; connections--) {
      for (int rows : new int[] {1_000, 500, 2_000}) {
        ways.add(new Way(connections, 0, rows, false));
      }
    }
    return ways;
  }

  private static List<Way> works() {
    var ways = new ArrayList<Way>();
    for (int connections = 2; connections >= 1; connections--) {
      for (int rows : new int[] {1_000, 500, 2_000}) {
        ways.add(new Way(0, connections, rows, false));
      }
    }
    return ways;
  }

  private static List<Way> pipelines() {
    var ways = new ArrayList<Way>();
    for (int rows : new int[] {500, 1_000, 200}) {
      ways.add(new Way(2, 2, rows, false));
      ways.add(new Way(1, 2, rows, false));
      ways.add(new Way(2, 3, rows, false));
      ways.add(new Way(1, 1, rows, false));
    }
    return ways;
  }

  private static List<Way> directs() {
    var ways = new ArrayList<Way>();
    for (int rows : new int[] {500, 1_000, 200}) {
      for (int connections = 2; connections <= 4; connections++) {
        ways.add(new Way(0, connections, rows, false));
      }
    }
    return ways;
  }
}
