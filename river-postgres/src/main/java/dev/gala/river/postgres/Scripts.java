package dev.gala.river.postgres;

import dev.gala.river.driver.Migration;
import dev.gala.river.driver.MigrationScripts;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.List;

/** The migrations' text for one schema: River's own line, and ours. */
record Scripts(Schema schema) implements MigrationScripts {
  @Override
  public List<Migration> migrations(String line) {
    return of(line).stream().map(MigrationScript::migration).toList();
  }

  @Override
  public String migrationSql(String line, Migration migration, boolean up) {
    MigrationScript script = find(line, migration);
    return schema.resolve(up ? script.up() : script.down());
  }

  /** The script of a migration that must be one of ours. */
  private static MigrationScript find(String line, Migration migration) {
    return of(line).stream()
        .filter(script -> script.migration().equals(migration))
        .findFirst()
        .orElseThrow(
            () ->
                new RiverException(
                    RiverError.CONFIG_INVALID,
                    "migration "
                        + migration.version()
                        + " \""
                        + migration.name()
                        + "\" of line \""
                        + line
                        + "\" is not carried here: use those that migrations(line) gives"));
  }

  private static List<MigrationScript> of(String line) {
    return switch (line) {
      case RiverMigration.MAIN -> MigrationScript.MAIN;
      case RiverMigration.GALA -> MigrationScript.GALA;
      default -> List.of();
    };
  }
}
