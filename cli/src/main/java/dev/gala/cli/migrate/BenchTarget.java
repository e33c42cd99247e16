package dev.gala.cli.migrate;

import dev.gala.river.RiverDatabase;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where to measure, in the words of River's command. */
final class BenchTarget {
  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description = "postgres://…; what it does not say, the variables PGHOST and others do.")
  private @Nullable String url;

  @Option(names = "--schema", paramLabel = "NAME", description = "The schema of the tables.")
  private @Nullable String schema;

  @Nullable String schema() {
    return RiverTables.named(schema);
  }

  RiverDatabase open() {
    return RiverDatabase.at(LibpqEnvironment.of(url, System.getenv()).url())
        .schema(schema())
        .applicationName("river CLI")
        .connect();
  }
}
