package dev.gala.cli.demo;

import dev.gala.river.RiverDatabase;
import dev.gala.test.postgres.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The database of a run: the user's, or a throw-away one. */
final class DemoDatabase implements AutoCloseable {
  private final @Nullable EmbeddedPostgres server;
  private final String url;
  private final RiverDatabase river;

  private DemoDatabase(@Nullable EmbeddedPostgres server, String url) {
    this.server = server;
    this.url = url;
    this.river = RiverDatabase.at(url).applicationName("gala demo").connect();
  }

  /** Opens the user's database, or starts a throw-away server with every safety setting on. */
  static DemoDatabase open(@Nullable String url) {
    if (url != null) {
      return new DemoDatabase(null, url);
    }
    EmbeddedPostgres server = EmbeddedPostgres.builder().durable().start();
    try {
      return new DemoDatabase(server, server.url());
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  RiverDatabase river() {
    return river;
  }

  String url() {
    return url;
  }

  boolean isThrowAway() {
    return server != null;
  }

  /** What server it is, and whose. */
  String describe() throws SQLException {
    try (Connection connection = river.openConnection()) {
      String version = connection.getMetaData().getDatabaseProductVersion();
      return "PostgreSQL "
          + version
          + (server == null ? ", the one given" : ", a throw-away one with durable settings");
    }
  }

  /** Leaves a throw-away server running; returns how to stop it, or null if there is none. */
  @Nullable String keepRunning() {
    return server == null ? null : server.keepRunning();
  }

  @Override
  public void close() {
    river.close();
    if (server != null) {
      server.close();
    }
  }
}
