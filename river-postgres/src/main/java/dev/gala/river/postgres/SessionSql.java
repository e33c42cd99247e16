package dev.gala.river.postgres;

/** What transactions and sessions are told about themselves; no table is behind it. */
final class SessionSql {
  /**
   * For this transaction alone, whatever the session has, so that it holds through a pooler too:
   * how long a statement may take, how long a lock may be waited for, and how long we may say
   * nothing while we hold some. A plan that reads a table from end to end is nobody's wish.
   */
  static final String LIMIT =
      """
      select
        set_config('statement_timeout', ?, true),
        set_config('lock_timeout', ?, true),
        set_config('idle_in_transaction_session_timeout', ?, true),
        set_config('enable_seqscan', 'off', true)
      """;

  /** For this transaction alone: its commit is answered before it is on disk. */
  static final String RELAX =
      """
      select set_config('synchronous_commit', 'off', true)
      """;

  static final String NO_TIMEOUTS =
      """
      set statement_timeout = 0; set lock_timeout = 0
      """;

  /** The statements that bring a session's timeouts back. */
  static final String TIMEOUTS =
      """
      select format(
        'set statement_timeout = %L; set lock_timeout = %L', current_setting('statement_timeout'),
        current_setting('lock_timeout'))
      """;

  private SessionSql() {}
}
