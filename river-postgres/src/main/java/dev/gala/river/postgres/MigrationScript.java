package dev.gala.river.postgres;

import dev.gala.river.driver.Migration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One version's SQL, in a resource whose name is the version in three digits, an underscore, the
 * migration's name with underscores for spaces, and {@code .up.sql} or {@code .down.sql}.
 *
 * @param line the line, which is the resource's folder
 * @param stem the resource's name without its ending
 */
record MigrationScript(String line, String stem) {
  /** River's own line, ascending. A resource cannot be listed, so they are listed here. */
  static final List<MigrationScript> MAIN =
      List.of(
          main("001_create_river_migration"),
          main("002_initial_schema"),
          main("003_river_job_tags_non_null"),
          main("004_pending_and_more"),
          main("005_migration_unique_client"),
          main("006_bulk_unique"),
          main("007_notification_outbox_sqlite_jsonb_and_sql_cleanup"),
          main("008_job_id_autoincrement"));

  /** Ours, for what River has no table for. */
  static final List<MigrationScript> GALA =
      List.of(new MigrationScript(RiverMigration.GALA, "001_client_heartbeats"));

  private static MigrationScript main(String stem) {
    return new MigrationScript(RiverMigration.MAIN, stem);
  }

  /** The version and the name that the resource's name holds. */
  Migration migration() {
    return new Migration(
        Integer.parseInt(stem.substring(0, 3)), stem.substring(4).replace('_', ' '));
  }

  /** The SQL upwards, its schema slots still open. */
  String up() {
    return read(".up.sql");
  }

  /** The SQL downwards, its schema slots still open. */
  String down() {
    return read(".down.sql");
  }

  private String read(String ending) {
    String name = "migrations/" + line + "/" + stem + ending;
    try (InputStream resource = MigrationScript.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalStateException("resource " + name + " is missing from the module");
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + name + " cannot be read", e);
    }
  }
}
