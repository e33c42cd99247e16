package dev.gala.bench.go;

import dev.gala.bench.load.Line;
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
   */
  public static List<Line> all(Path root, Databases databases) {
    return List.of();
  }
}
