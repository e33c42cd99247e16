package dev.gala.bench.product;

import dev.gala.bench.load.Case;
import dev.gala.bench.load.Line;
import dev.gala.bench.load.Metric;
import dev.gala.bench.load.Round;
import dev.gala.bench.load.Sample;
import dev.gala.bench.load.Situation;
import dev.gala.bench.product.Product.Tuning;
import dev.gala.bench.server.BenchDatabase;
import dev.gala.bench.server.Databases;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A product as a contestant. */
public final class ProductLine implements Line {
  /** How a product stands in the tables. */
  public enum Form {
    /** Emitter and worker are two clients that share nothing: as in two processes. */
    APART,
    /** One client emits and works. */
    TOGETHER
  }

  private final Product product;
  private final Form form;
  private final Info info;
  private final Set<Situation> situations;
  private final Databases databases;
  private Set<String> scenarios = Set.of();
  private final Map<Case, Tuning> chosen = new HashMap<>();
  private @Nullable BenchDatabase database;
  private @Nullable Scene scene;

  /**
   * A contestant.
   *
   * @param info who it is, where that is not the product alone
   * @param situations it is measured in besides an empty table
   */
  public ProductLine(
      Product product, Form form, Info info, Set<Situation> situations, Databases databases) {
    this.product = product;
    this.form = form;
    this.info = info;
    this.situations = situations.isEmpty() ? Set.of() : EnumSet.copyOf(situations);
    this.databases = databases;
  }

  /** This line, in no other scenarios than these, even where another form of it stands for it. */
  public ProductLine onlyIn(Set<String> scenarios) {
    this.scenarios = Set.copyOf(scenarios);
    return this;
  }

  @Override
  public Info info() {
    return info;
  }

  @Override
  public boolean takesPart(Case what) {
    if (!scenarios.isEmpty()) {
      boolean ofEmpty = situation(what) == Situation.EMPTY;
      return scenarios.contains(what.scenario()) && ofEmpty && !manyListeners(what);
    }
    return switch (what) {
      case Case.Memory memory -> false;
      case Case.Work work -> !work.scale() || situations.contains(work.situation());
      case Case.Latency latency ->
          latency.scale() ? situations.contains(latency.situation()) : hops(latency);
      // Apart or together makes no difference to these.
      case Case.Emit emit -> emitsItself();
      case Case.EmitBatch batch -> emitsItself();
      case Case.Transactional transactional -> emitsItself();
      case Case.Retry retry -> emitsItself();
      case Case.Startup startup -> emitsItself();
      case Case.Idle idle -> emitsItself();
      case Case.Pipeline pipeline -> true;
    };
  }

  @Override
  public Sample measure(Case what, Round round) throws Exception {
    if (what instanceof Case.Idle) {
      BenchDatabase counting = databases.createCounting(info.id());
      product.install(counting);
      return Quiet.idle(product, counting, usual(), round);
    }
    if (what instanceof Case.Startup) {
      return Quiet.startup(product, cleared(), info.id());
    }
    if (situation(what) != Situation.EMPTY) {
      BenchDatabase crowded = scene(what, round).database();
      crowded.settle();
      Tuning asInEmpty = chosen.getOrDefault(inEmptyTable(what), usual());
      return run(what, round, asInEmpty, crowded).withSettings(asInEmpty.told());
    }
    Tuning tuning = round.warmsUp() ? choose(what, round) : chosen.getOrDefault(what, usual());
    return run(what, round, tuning, cleared()).withSettings(tuning.told());
  }

  @Override
  public void close() {
    if (scene != null) {
      scene.close();
    }
  }

  private static boolean manyListeners(Case what) {
    return what instanceof Case.Work work && work.listeners() > 1;
  }

  /** One of two lines of the same product stands for both. */
  private boolean emitsItself() {
    return info.id().equals(product.info().id());
  }

  /** What polls takes as long at every rate. */
  private boolean hops(Case.Latency latency) {
    return product.hearsOfEvents() || latency.perSecond() == 100;
  }

  private Tuning usual() {
    return product.tunings().getFirst();
  }

  private static Situation situation(Case what) {
    return switch (what) {
      case Case.Work work -> work.situation();
      case Case.Latency latency -> latency.situation();
      default -> Situation.EMPTY;
    };
  }

  private static Case inEmptyTable(Case what) {
    return switch (what) {
      case Case.Work work -> new Case.Work(work.listeners(), Situation.EMPTY, work.scale());
      case Case.Latency latency ->
          new Case.Latency(latency.perSecond(), Situation.EMPTY, latency.scale());
      default -> what;
    };
  }

  /**
   * Tries out all ways to set it where that matters, and keeps the best. All are tried once before,
   * or the first would be compared while it is being compiled.
   */
  private Tuning choose(Case what, Round round) throws Exception {
    boolean matters = what instanceof Case.Work || what instanceof Case.Pipeline;
    Tuning best = usual();
    List<Tuning> tunings = product.tunings().stream().limit(round.sizes().most()).toList();
    if (matters && tunings.size() > 1) {
      if (round.sizes().triesTwice()) {
        for (Tuning tuning : tunings) {
          run(what, round, tuning, cleared());
        }
      }
      double most = -1;
      for (Tuning tuning : tunings) {
        double rate = run(what, round, tuning, cleared()).figure(Metric.RATE);
        if (rate > most) {
          most = rate;
          best = tuning;
        }
      }
    }
    chosen.put(what, best);
    return best;
  }

  private Sample run(Case what, Round round, Tuning tuning, BenchDatabase on) throws Exception {
    var stage = new Stage(product, form, on, tuning, round);
    return switch (what) {
      case Case.Emit emit -> Emitting.emit(stage, emit);
      case Case.EmitBatch batch -> Emitting.batch(stage, batch);
      case Case.Transactional transactional -> Emitting.transactional(stage, transactional);
      case Case.Work work -> Working.work(stage, work);
      case Case.Pipeline pipeline -> Working.pipeline(stage, pipeline);
      case Case.Retry retry -> Working.retry(stage, retry);
      case Case.Latency latency -> Hops.latency(stage, latency);
      case Case.Memory memory -> throw new IllegalArgumentException("not in memory: " + info.id());
      case Case.Startup startup -> throw new IllegalArgumentException("measured elsewhere");
      case Case.Idle idle -> throw new IllegalArgumentException("measured elsewhere");
    };
  }

  private BenchDatabase cleared() throws Exception {
    if (database == null) {
      database = databases.create(info.id());
      product.install(database);
    }
    product.clear(database);
    database.settle();
    return database;
  }

  private Scene scene(Case what, Round round) throws Exception {
    boolean latency = what instanceof Case.Latency;
    Situation situation = situation(what);
    if (scene != null && !scene.is(situation, latency)) {
      scene.close();
      scene = null;
    }
    if (scene == null) {
      scene = Scene.prepare(product, databases, situation, latency, round.sizes());
    }
    return scene;
  }

  /** Settings for people to read, in order. */
  public static Map<String, String> settings(List<String> pairs) {
    var settings = new LinkedHashMap<String, String>();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      settings.put(pairs.get(i), pairs.get(i + 1));
    }
    return settings;
  }
}
