package dev.gala.cli.migrate;

import dev.gala.cli.input.GoDuration;
import dev.gala.cli.input.UsageException;
import dev.gala.river.RiverDatabase;
import dev.gala.river.migrate.Migrator;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the tables are, in the words of River's command. */
final class RiverTables {
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description = "postgres://…; what it does not say, the variables PGHOST and others do.")
  private @Nullable String url;

  @Option(names = "--schema", paramLabel = "NAME", description = "The schema of the tables.")
  private @Nullable String schema;

  @Option(
      names = "--line",
      paramLabel = "LINE",
      defaultValue = Migrator.MAIN_LINE,
      description = "The line of versions; default: ${DEFAULT-VALUE}")
  private String line = Migrator.MAIN_LINE;

  /** Uses a migrator. */
  interface Use {
    int by(Migrator migrator);
  }

  /**
   * Opens the database for {@code use}.
   *
   * @param given how long statements may take; null if nobody said
   * @return what {@code use} returns
   */
  int with(@Nullable Duration given, Use use) {
    LibpqEnvironment target = LibpqEnvironment.of(url, environment());
    Duration ofUrl = target.statementTimeout();
    Duration timeout = given != null ? given : ofUrl != null ? ofUrl : USUAL_TIMEOUT;
    if (timeout.compareTo(SHORTEST_TIMEOUT) <= 0) {
      throw new UsageException(
          "the statement timeout is " + GoDuration.format(timeout) + ": give more than 1ms");
    }
    try (RiverDatabase database =
        RiverDatabase.at(target.url())
            .schema(named(schema))
            .applicationName("river CLI")
            .maxConnections(2)
            .connect()) {
      return use.by(database.migrator(line).withStatementTimeout(timeout));
    }
  }

  private static Map<String, String> environment() {
    return System.getenv();
  }

  /** River takes an empty name for none. */
  static @Nullable String named(@Nullable String schema) {
    return schema == null || schema.isEmpty() ? null : schema;
  }
}
