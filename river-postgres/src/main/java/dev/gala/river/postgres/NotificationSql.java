package dev.gala.river.postgres;

/** The statements of notifications, named as on the seam; no table is behind them. */
final class NotificationSql {
  /** The prefix of the channels of a session that has no configured schema. */
  static final String CURRENT_SCHEMA = "select coalesce(current_schema(), '')";

  /** The schema, if configured, is the first parameter; see {@link RiverJobSql}. */
  static final String NOTIFY_MANY =
      """
      select pg_notify(coalesce(?::text || '.', current_schema() || '.', '') || ?, payload)
      from unnest(?::text[]) as payload
      """;

  /** What the channels of a session depend on. */
  static final String PLACE =
      """
      select current_database() as database, coalesce(current_schema(), '') as schema
      """;

  /** How full the queue of notifications is; asked, the server drops what all have read. */
  static final String QUEUE_USAGE = "select pg_notification_queue_usage()";

  private NotificationSql() {}
}
