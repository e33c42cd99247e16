package dev.gala.bench.go;

import dev.gala.bench.load.Line;
import dev.gala.bench.product.Product;
import dev.gala.bench.product.ProductLine;
import dev.gala.bench.server.Databases;
import java.nio.file.Path;
import java.util.List;

/** The programs in Go. */
public final class GoLines {
  private GoLines() {}

  /**
   * The lines.
   *
   * @param root of the checkout, where their sources are
   * @param tables makes River's tables
   */
  public static List<Line> all(Path root, Product tables, Databases databases) {
    var river =
        new Line.Info(
            "go-river",
            "River, in Go",
            "0.51.2",
            ProductLine.settings(
                List.of("driver", "pgx", "connections", "20", "rows", "of an event's size")));
    var gala =
        new Line.Info(
            "go-gala",
            "gala, in Go",
            "core 1.34.0 on River 0.43.0",
            ProductLine.settings(List.of("driver", "pgx", "connections", "20")));
    return List.of(
        new GoLine(river, true, new GoProgram(root, "river"), tables, databases),
        new GoLine(gala, false, new GoProgram(root, "gala"), tables, databases));
  }
}
