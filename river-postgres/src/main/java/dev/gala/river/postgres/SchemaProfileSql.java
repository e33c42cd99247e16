package dev.gala.river.postgres;

/**
 * The statements of schema profiles: what the catalogue says of the table of jobs, and what changes
 * it. Paths are filled in as the server quoted them: statements like these take no parameters.
 */
final class SchemaProfileSql {
  static final String ALTER =
      """
      alter /* kind */ /* path */ /* changes */
      """;

  static final String INDEX_CREATE =
      """
      create index concurrently /* index */ on /* table */ using gin (/* column */)/* with */
      """;

  static final String INDEX_DROP =
      """
      drop index concurrently if exists /* index */
      """;

  /**
   * For statements that others queue behind: longer than the second after which a vacuum makes
   * room, shorter than the two for which the engine's own statements wait for a lock.
   */
  static final String LOCK_BRIEFLY =
      """
      set lock_timeout = '1500ms'
      """;

  /** Building and dropping beside the table's use takes turns with it; nobody queues behind. */
  static final String LOCK_PATIENTLY =
      """
      set lock_timeout = 0
      """;

  /**
   * The table, once for each of the indexes in question that it has, or once without one. An index
   * is as River's if its name says the one column it has, and all else is as it is by default.
   *
   * <p>What a rebuild that died left is there too: it serves nobody, and is kept up with each job
   * all the same. See {@link IndexSql#INDEX_ARTIFACTS}; who rebuilds holds a lock on it meanwhile.
   */
  static final String STATE =
      """
      select
        format('%I.%I', namespace.nspname, job.relname) as job_path,
        job.reloptions as job_parameters,
        index.relname as name,
        quote_ident(namespace.nspname) || '.' || quote_ident(index.relname) as path,
        entry.indisvalid as valid,
        coalesce(
          method.amname = 'gin'
            and entry.indnatts = 1
            and entry.indpred is null
            and entry.indexprs is null
            and operators.opcdefault
            and index.relname = format('river_job_%s_index', indexed.attname),
          false) as rivers,
        pg_get_indexdef(index.oid) as definition,
        index.reloptions as parameters,
        index.relname not in ('river_job_args_index', 'river_job_metadata_index') as leftover
      from pg_catalog.pg_class as job
      join pg_catalog.pg_namespace as namespace on namespace.oid = job.relnamespace
      left join (
          pg_catalog.pg_index as entry
          join pg_catalog.pg_class as index
            on index.oid = entry.indexrelid
            and (
              index.relname in ('river_job_args_index', 'river_job_metadata_index')
              or index.relname ~ '^river_job_(args|metadata)_index_cc(new|old)[0-9]*$'
                and not entry.indisvalid
                and not exists (
                  select from pg_catalog.pg_locks as held
                  join pg_catalog.pg_database as here on here.oid = held.database
                  where here.datname = current_database()
                    and held.relation = index.oid
                    and held.mode = 'ShareUpdateExclusiveLock'
                    and held.granted
                )
            )
        ) on entry.indrelid = job.oid
      left join pg_catalog.pg_am as method on method.oid = index.relam
      left join pg_catalog.pg_opclass as operators on operators.oid = entry.indclass[0]
      left join pg_catalog.pg_attribute as indexed
        on indexed.attrelid = job.oid and indexed.attnum = entry.indkey[0]
      where job.oid = to_regclass('/* schema */river_job')
      order by index.relname
      """;

  /**
   * The lock that migrators take, see {@link RiverMigrationSql#LOCK}, for the session: what builds
   * an index concurrently is in no transaction.
   */
  static final String TURN_TAKE =
      """
      select pg_try_advisory_lock(1734437985, hashtext(coalesce(?::text, current_schema(), '')))
      """;

  static final String TURN_GIVE =
      """
      select pg_advisory_unlock(1734437985, hashtext(coalesce(?::text, current_schema(), '')))
      """;

  private SchemaProfileSql() {}
}
