package dev.gala.river.postgres;

/** The statements on {@code river_migration}, and on the catalogue to see what form it has. */
final class RiverMigrationSql {
  static final String DELETE =
      """
      delete from /* schema */river_migration where line = ? and version = ?
      """;

  static final String DELETE_WITHOUT_LINE =
      """
      delete from /* schema */river_migration where version = ?
      """;

  /** The column {@code line} is there from version 5 on. */
  static final String EXISTS =
      """
      select
        found is not null as has_table,
        exists (
          select
          from pg_catalog.pg_attribute
          where attrelid = found and attname = 'line' and not attisdropped) as has_line
      from to_regclass(?) as found
      """;

  static final String INSERT =
      """
      insert into /* schema */river_migration (line, version) values (?, ?)
      """;

  static final String INSERT_WITHOUT_LINE =
      """
      insert into /* schema */river_migration (version) values (?)
      """;

  static final String LINES =
      """
      select distinct line from /* schema */river_migration order by line
      """;

  /**
   * The lock that migrators of one schema share until they commit: its keys are the bytes "gala" as
   * a number, and the hash of the schema's name. It is never waited for: {@link Turn}.
   */
  static final String LOCK =
      """
      select pg_try_advisory_xact_lock(
        1734437985, hashtext(coalesce(?::text, current_schema(), '')))
      """;

  /** Whether there is a schema to create in: the configured one, or one of the search path. */
  static final String SCHEMA_EXISTS =
      """
      select case
        when given is null then current_schema() is not null
        else to_regnamespace(quote_ident(given)) is not null
      end
      from (select ?::text as given) as configured
      """;

  static final String VERSIONS =
      """
      select version from /* schema */river_migration where line = ? order by version
      """;

  static final String VERSIONS_WITHOUT_LINE =
      """
      select version from /* schema */river_migration order by version
      """;

  private RiverMigrationSql() {}
}
