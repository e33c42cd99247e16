package dev.gala.cli.migrate;

import dev.gala.river.RiverDatabase;
import dev.gala.river.job.SchemaProfile;
import dev.gala.river.migrate.Migrator;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A schema profile to be given to the tables, and where these are. */
final class ProfileChoice {
  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @Option(
      names = "--profile",
      required = true,
      paramLabel = "NAME",
      description = {
        "Gives the tables a schema profile, beside their use: river is as River's migrations make"
            + " them; events has no index of arguments, gathers more before it is sorted into that"
            + " of metadata, and is vacuumed early; events-max has no index of metadata either.",
        "gala migrate list shows which it is; docs/schema-profiles.md says what each costs."
      })
  private String profile;

  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @Option(names = "--database", required = true, paramLabel = "URL")
  private String url;

  @Option(names = "--schema", paramLabel = "NAME")
  private @Nullable String schema;

  @Option(
      names = "--dry-run",
      description = "Only prints the statements, which are to be run outside of transactions.")
  private boolean dryRun;

  /** Applies it, or says what that would be, statement by statement. */
  void go(PrintWriter out) {
    SchemaProfile chosen = SchemaProfile.labelled(profile);
    try (RiverDatabase database =
        RiverDatabase.at(url).schema(schema).applicationName("gala migrate").connect()) {
      Migrator migrator = database.migrator();
      if (dryRun) {
        List<String> statements = migrator.planProfile(chosen);
        statements.forEach(statement -> out.println(statement + ";"));
        if (statements.isEmpty()) {
          out.println("nothing to do");
        }
        return;
      }
      // Before each, so that one sees what is waited for.
      migrator.applyProfile(chosen, statement -> out.println(statement + ";"));
      print(migrator, out);
    }
  }

  /** Says which profile the tables have; nothing, where there are none yet. */
  static void print(Migrator migrator, PrintWriter out) {
    migrator.profile().ifPresent(state -> out.println("profile: " + described(state)));
  }

  private static String described(Migrator.ProfileState state) {
    return state
        .profile()
        .map(SchemaProfile::label)
        .orElseGet(
            () ->
                "none of those known; nearest is %s, but %s"
                    .formatted(state.nearest().label(), String.join("; ", state.differences())));
  }
}
