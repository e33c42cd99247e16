package dev.gala.bench;

import dev.gala.bench.go.GoLines;
import dev.gala.bench.limit.LimitLine;
import dev.gala.bench.load.Line;
import dev.gala.bench.load.Situation;
import dev.gala.bench.memory.Buses;
import dev.gala.bench.peer.GalaProduct;
import dev.gala.bench.peer.Products;
import dev.gala.bench.peer.Versions;
import dev.gala.bench.product.Product;
import dev.gala.bench.product.ProductLine;
import dev.gala.bench.product.ProductLine.Form;
import dev.gala.bench.server.Databases;
import dev.gala.river.job.SchemaProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Who is measured. */
final class Lines {
  /** What the ids of our own lines begin with. */
  static final String OURS = "gala";

  /** Gala with one runtime that emits and works. */
  static final String TOGETHER = "gala-together";

  private Lines() {}

  /**
   * All lines.
   *
   * @param root of the checkout, where the programs in Go are
   */
  static List<Line> all(Databases databases, Path root) {
    var lines = new ArrayList<Line>();
    Product gala = Products.of("gala");
    lines.addAll(LimitLine.all(gala, databases, Versions.of("pgjdbc")));
    Set<Situation> all = EnumSet.allOf(Situation.class);
    lines.add(new ProductLine(gala, Form.APART, gala.info(), all, databases));
    lines.add(
        new ProductLine(
            gala,
            Form.TOGETHER,
            GalaProduct.info(TOGETHER, "Gala: one runtime emits and works"),
            Set.of(),
            databases));
    lines.addAll(withOptions(databases));
    for (String id : List.of("db-scheduler", "jobrunr")) {
      Product peer = Products.of(id);
      lines.add(new ProductLine(peer, Form.TOGETHER, peer.info(), Set.of(), databases));
    }
    lines.addAll(GoLines.all(root, gala, databases));
    lines.addAll(Buses.lines(Versions::of));
    return lines;
  }

  /** What can be had beyond the limit, which is that of whole rows in River's tables. */
  private static List<Line> withOptions(Databases databases) {
    return List.of(
        option(
            "gala-relaxed",
            "Gala, emitted with Durability.RELAXED",
            new GalaProduct.Options(true, false, SchemaProfile.RIVER),
            Set.of("emit", "emit-batch"),
            databases),
        option(
            "gala-events",
            "Gala: one runtime, schema profile events",
            new GalaProduct.Options(false, false, SchemaProfile.EVENTS),
            Set.of("pipeline"),
            databases),
        option(
            "gala-delete",
            "Gala: one runtime, deleted on completion",
            new GalaProduct.Options(false, true, SchemaProfile.RIVER),
            Set.of("work", "pipeline"),
            databases),
        option(
            "gala-all-options",
            "Gala: one runtime, deleted on completion, schema profile events-max, RELAXED",
            new GalaProduct.Options(true, true, SchemaProfile.EVENTS_MAX),
            Set.of("pipeline"),
            databases));
  }

  private static Line option(
      String id,
      String title,
      GalaProduct.Options options,
      Set<String> scenarios,
      Databases databases) {
    Form form = options.relaxed() && !options.deletes() ? Form.APART : Form.TOGETHER;
    return new ProductLine(
            new GalaProduct(options), form, GalaProduct.info(id, title), Set.of(), databases)
        .onlyIn(scenarios);
  }
}
