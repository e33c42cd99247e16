package dev.gala.bench.server;

import dev.gala.bench.load.Skipped;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Where contestants get their databases: on the server that is measured, and, for counting
 * statements, on one that keeps statistics. Not for several threads.
 */
public final class Databases implements AutoCloseable {
  private final BenchServer main;
  private final @Nullable Path directory;
  private @Nullable BenchServer counting;

  private Databases(BenchServer main, @Nullable Path directory) {
    this.main = main;
    this.directory = directory;
  }

  /** On servers of our own, with their data in a directory. */
  public static Databases own(Path directory) {
    return new Databases(BenchServer.start(directory, false), directory);
  }

  /** On a server that is there. */
  public static Databases at(String url) {
    return new Databases(BenchServer.at(url), null);
  }

  /** The server that is measured. */
  public BenchServer server() {
    return main;
  }

  /** An empty database on the server that is measured. */
  public BenchDatabase create(String name) throws SQLException {
    return main.create("bench_" + name.replace('-', '_'));
  }

  /** Removes one. */
  public void drop(String name) throws SQLException {
    main.drop("bench_" + name.replace('-', '_'));
  }

  /**
   * An empty database whose statements are counted.
   *
   * @throws Skipped if the server given cannot count
   */
  public BenchDatabase createCounting(String name) throws SQLException, Skipped {
    String database = "bench_idle_" + name.replace('-', '_');
    BenchServer server = main;
    if (directory != null) {
      if (counting == null) {
        counting = BenchServer.start(directory, true);
      }
      server = counting;
    }
    BenchDatabase created = server.create(database);
    if (!StatementCounts.available(created)) {
      throw new Skipped("the server does not load pg_stat_statements");
    }
    return created;
  }

  @Override
  public void close() {
    main.close();
    if (counting != null) {
      counting.close();
    }
  }
}
