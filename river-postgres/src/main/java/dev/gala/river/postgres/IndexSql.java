package dev.gala.river.postgres;

/** The statements of rebuilding indexes, named as on the seam. All are where River's tables are. */
final class IndexSql {
  /**
   * PostgreSQL names what it builds {@code _ccnew} and what it is about to drop {@code _ccold},
   * with a number if there is one already. None is in use while it is not valid.
   */
  static final String INDEX_ARTIFACTS =
      """
      select index.relname as name, format('%I.%I', namespace.nspname, index.relname) as path
      from pg_class as job
      join pg_class as index on index.relnamespace = job.relnamespace and index.relkind = 'i'
      join pg_namespace as namespace on namespace.oid = index.relnamespace
      join pg_index as entry on entry.indexrelid = index.oid
      where job.oid = to_regclass('/* schema */river_job')
        and starts_with(index.relname::text, ?)
        and regexp_replace(index.relname::text, '_cc(new|old)[0-9]*$', '') = ?
        and index.relname::text <> ?
        and not entry.indisvalid
      order by index.relname
      """;

  /** The path is filled in as the server quoted it: a statement like this takes no parameters. */
  static final String INDEX_DROP =
      """
      drop index concurrently if exists /* index */
      """;

  /** As {@link #INDEX_DROP}. */
  static final String INDEX_REINDEX =
      """
      reindex index concurrently /* index */
      """;

  static final String INDEXES_EXIST =
      """
      select index.relname as name, format('%I.%I', namespace.nspname, index.relname) as path
      from pg_class as job
      join pg_class as index on index.relnamespace = job.relnamespace and index.relkind = 'i'
      join pg_namespace as namespace on namespace.oid = index.relnamespace
      where job.oid = to_regclass('/* schema */river_job')
        and index.relname = any(?::text[])
      order by index.relname
      """;

  private IndexSql() {}
}
