package dev.gala.river.driver;

import java.util.List;

/** The migrations a driver carries, as text: no database is needed for them. Safe for threads. */
public interface MigrationScripts {
  /** The migrations of River's line {@code line} this driver carries, by ascending version. */
  List<Migration> migrations(String line);

  /**
   * The statements of a migration, ready for a SQL prompt: with the schema's name filled in. What
   * records the version is not among them.
   *
   * @param up forth or back
   * @throws dev.gala.river.job.RiverException with {@link
   *     dev.gala.river.job.RiverError#CONFIG_INVALID} if it is not carried here
   */
  String migrationSql(String line, Migration migration, boolean up);
}
