package dev.gala.cli.control;

import dev.gala.river.RiverDatabase;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which database is meant. */
final class DatabaseOptions {
  private static final int CONNECTIONS = 2;

  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @Option(
      names = "--database",
      required = true,
      paramLabel = "URL",
      description = "the database, as postgres://user:password@host/name")
  private String url;

  @Option(
      names = "--schema",
      paramLabel = "NAME",
      description = "the schema of River's tables; default: the connection's search path")
  private @Nullable String schema;

  RiverDatabase connect(String applicationName) {
    return RiverDatabase.at(url)
        .schema(schema)
        .applicationName(applicationName)
        .maxConnections(CONNECTIONS)
        .connect();
  }
}
