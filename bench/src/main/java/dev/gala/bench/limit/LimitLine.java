package dev.gala.bench.limit;

import dev.gala.bench.load.Case;
import dev.gala.bench.load.Line;
import dev.gala.bench.load.Metric;
import dev.gala.bench.load.Round;
import dev.gala.bench.load.Sample;
import dev.gala.bench.load.Situation;
import dev.gala.bench.product.Client;
import dev.gala.bench.product.Product;
import dev.gala.bench.product.ProductLine;
import dev.gala.bench.product.Role;
import dev.gala.bench.server.BenchDatabase;
import dev.gala.bench.server.Databases;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hand-written statements, driven in all the ways that may be the best. What no library around them
 * can beat.
 */
public final class LimitLine implements Line {
  /** What is driven. */
  public enum Kind {
    /** The limit itself. */
    LEAN("limit", "limit: hand-written, lean statements"),
    /** Rows inserted as running already by the process that works them: nothing is claimed. */
    DIRECT("limit-direct", "limit, dispatched directly"),
    /** One row, one statement, one commit, without anything else. */
    PLAIN("plain-insert", "plain insert, auto-commit"),
    /** What River's client asks of the database, driven like the limit. */
    RIVER("river-sql", "River's statements, driven like the limit");

    private final String id;
    private final String title;

    Kind(String id, String title) {
      this.id = id;
      this.title = title;
    }

    /** As {@code --line} names it. */
    public String id() {
      return id;
    }
  }

  /** So many ways are tried twice. */
  private static final int FINALISTS = 4;

  private final Kind kind;
  private final Product tables;
  private final Databases databases;
  private final String driver;
  private final Map<Case, Way> chosen;
  private @Nullable BenchDatabase database;
  private @Nullable RowMaker rows;

  private LimitLine(
      Kind kind, Product tables, Databases databases, String driver, Map<Case, Way> chosen) {
    this.kind = kind;
    this.tables = tables;
    this.databases = databases;
    this.driver = driver;
    this.chosen = chosen;
  }

  /**
   * All of them. River's statements are driven in the ways that were the best of the limit's.
   *
   * @param tables makes River's tables, and an event to make others like
   * @param driver the JDBC driver's version
   */
  public static List<LimitLine> all(Product tables, Databases databases, String driver) {
    var ofLimit = new HashMap<Case, Way>();
    return Arrays.stream(Kind.values())
        .map(
            kind -> {
              boolean alike = kind == Kind.LEAN || kind == Kind.RIVER;
              return new LimitLine(
                  kind, tables, databases, driver, alike ? ofLimit : new HashMap<>());
            })
        .toList();
  }

  @Override
  public Info info() {
    List<String> settings =
        switch (kind) {
          case LEAN, DIRECT ->
              List.of("swept", "rows of a statement, connections", "fence", "attempt and time");
          case PLAIN -> List.of("swept", "connections");
          case RIVER -> List.of("driven", "in the limit's way", "fence", "state");
        };
    return new Info(kind.id, kind.title, "pgjdbc " + driver, ProductLine.settings(settings));
  }

  @Override
  public boolean takesPart(Case what) {
    return switch (what) {
      case Case.Emit emit -> kind != Kind.DIRECT;
      case Case.EmitBatch batch -> kind == Kind.LEAN || kind == Kind.RIVER;
      case Case.Work work ->
          !work.scale() && work.listeners() == 1 && (kind == Kind.LEAN || kind == Kind.RIVER);
      case Case.Pipeline pipeline -> kind != Kind.PLAIN;
      case Case.Latency latency -> !latency.scale() && kind == Kind.LEAN;
      case Case.Transactional transactional -> kind == Kind.LEAN;
      case Case.Retry retry -> kind == Kind.LEAN;
      case Case.Memory memory -> false;
      case Case.Startup startup -> false;
      case Case.Idle idle -> false;
    };
  }

  @Override
  public Sample measure(Case what, Round round) throws Exception {
    if (round.warmsUp()) {
      Way ofLimit = kind == Kind.RIVER ? chosen.get(what) : null;
      if (ofLimit == null) {
        chosen.put(what, choose(what, round));
      } else {
        // It comes to the rounds that count as warm as the limit.
        for (int i = 0; i < FINALISTS; i++) {
          run(what, round, ofLimit);
        }
      }
    }
    Way way = chosen.getOrDefault(what, Ways.of(kind, what).getFirst());
    return run(what, round, way).withSettings(way.told());
  }

  /** The first tries are short: the best of them are compared again, as long as what counts. */
  private Way choose(Case what, Round round) throws Exception {
    List<Way> ways = Ways.of(kind, what).stream().limit(round.sizes().most()).toList();
    if (ways.size() == 1) {
      return ways.getFirst();
    }
    List<Way> best = bestFirst(what, round, ways);
    if (round.sizes().triesTwice()) {
      List<Way> last = best.subList(0, Math.min(FINALISTS, best.size()));
      best = bestFirst(what, new Round(1, round.sizes()), last);
    }
    return best.getFirst();
  }

  private List<Way> bestFirst(Case what, Round round, List<Way> ways) throws Exception {
    var rates = new HashMap<Way, Double>();
    for (Way way : ways) {
      rates.put(way, run(what, round, way).figure(Metric.RATE));
    }
    return ways.stream().sorted(Comparator.comparing(rates::get).reversed()).toList();
  }

  private Sample run(Case what, Round round, Way way) throws Exception {
    BenchDatabase on = cleared();
    RowMaker maker = rows;
    if (maker == null) {
      throw new IllegalStateException("no row to make others like");
    }
    Statements statements = kind == Kind.RIVER ? new RiverStatements() : new LeanStatements();
    var drive = new Drive(on, statements, maker, way, round);
    return switch (what) {
      case Case.Emit emit -> drive.emit(emit.callers());
      case Case.EmitBatch batch -> drive.insert();
      case Case.Work work when work.situation() == Situation.EMPTY -> drive.work();
      case Case.Pipeline pipeline -> kind == Kind.DIRECT ? drive.direct() : drive.pipeline();
      case Case.Latency latency -> new HandHop(drive).latency(latency);
      case Case.Transactional transactional -> drive.transactional(transactional.callers());
      case Case.Retry retry -> drive.retry(retry);
      default -> throw new IllegalArgumentException("no limit for " + what);
    };
  }

  private BenchDatabase cleared() throws Exception {
    if (database == null) {
      database = databases.create(kind.id);
      tables.install(database);
      try (Client client = tables.open(database, Role.emitter(1), tables.tunings().getFirst())) {
        client.emit(dev.gala.bench.load.Event.of(0));
      }
      rows = RowMaker.like(database);
    }
    tables.clear(database);
    database.settle();
    return database;
  }
}
