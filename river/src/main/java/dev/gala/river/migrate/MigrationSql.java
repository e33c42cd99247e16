package dev.gala.river.migrate;

import dev.gala.river.driver.DriverProvider;
import dev.gala.river.driver.Migration;
import dev.gala.river.driver.MigrationScripts;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The migrations as SQL text, for those who run it by another tool: no database is needed. The
 * statements that record a version in {@code river_migration} are not part of it. Each version must
 * be committed before the next one is run. Safe for many threads.
 */
public final class MigrationSql {
  private final MigrationScripts scripts;

  MigrationSql(MigrationScripts scripts) {
    this.scripts = scripts;
  }

  /**
   * What the driver on the module or class path carries.
   *
   * @param schema filled in before every name; null leaves it to the search path
   * @throws RiverException with {@link RiverError#DRIVER_MISSING} if there is no driver, {@link
   *     RiverError#CONFIG_INVALID} if the schema's name is not usable
   */
  public static MigrationSql of(@Nullable String schema) {
    MigrationScripts scripts =
        ServiceLoader.load(DriverProvider.class).stream()
            .map(provider -> provider.get().scripts(schema))
            .filter(carried -> !carried.migrations(Migrator.MAIN_LINE).isEmpty())
            .findFirst()
            .orElseThrow(
                () ->
                    new RiverException(
                        RiverError.DRIVER_MISSING,
                        "no database driver found: put dev.gala:gala-river-postgres on the class"
                            + " path"));
    return new MigrationSql(scripts);
  }

  /** The versions of River's line carried, ascending. */
  public List<Integer> versions() {
    return versions(Migrator.MAIN_LINE);
  }

  /**
   * The versions of a line carried, ascending.
   *
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if the line is not known
   */
  public List<Integer> versions(String line) {
    return scripts.migrations(knownLine(line)).stream().map(Migration::version).toList();
  }

  /**
   * The statements of one version of River's line, under a comment that names it.
   *
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if the version is not known
   */
  public String sql(int version, Direction direction) {
    return sql(Migrator.MAIN_LINE, version, direction);
  }

  /**
   * One version's statements, under a comment that names it.
   *
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if the line or the version is not
   *     known
   */
  public String sql(String line, int version, Direction direction) {
    boolean up =
        switch (direction) {
          case UP -> true;
          case DOWN -> false;
        };
    return "-- River %s migration %03d [%s]\n%s"
        .formatted(
            knownLine(line),
            version,
            up ? "up" : "down",
            scripts.migrationSql(line, known(line, version), up))
        .strip();
  }

  /**
   * The statements that lead from one version of River's line to another, in the order they are to
   * be run.
   *
   * @param from the version applied; 0 means none
   * @param to the version to be the newest; 0 means none
   * @return empty if the two are the same
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if a version is not known
   */
  public List<String> between(int from, int to) {
    checkEnd(from);
    checkEnd(to);
    return from <= to
        ? versions().stream()
            .filter(version -> version > from && version <= to)
            .map(version -> sql(version, Direction.UP))
            .toList()
        : versions().reversed().stream()
            .filter(version -> version > to && version <= from)
            .map(version -> sql(version, Direction.DOWN))
            .toList();
  }

  private void checkEnd(int version) {
    if (version != 0) {
      known(Migrator.MAIN_LINE, version);
    }
  }

  /** A line that must be known. */
  static String knownLine(String line) {
    if (!line.equals(Migrator.MAIN_LINE) && !line.equals(Migrator.GALA_LINE)) {
      throw new RiverException(
          RiverError.PARAMS_INVALID,
          "line \""
              + line
              + "\" is not known: give "
              + Migrator.MAIN_LINE
              + " or "
              + Migrator.GALA_LINE);
    }
    return line;
  }

  /** The migration of a version that must be known. */
  Migration known(String line, int version) {
    List<Migration> migrations = scripts.migrations(line);
    return migrations.stream()
        .filter(migration -> migration.version() == version)
        .findFirst()
        .orElseThrow(
            () ->
                new RiverException(
                    RiverError.PARAMS_INVALID,
                    "version "
                        + version
                        + " is not known: give one of "
                        + migrations.stream()
                            .map(migration -> String.valueOf(migration.version()))
                            .collect(Collectors.joining(", "))));
  }
}
