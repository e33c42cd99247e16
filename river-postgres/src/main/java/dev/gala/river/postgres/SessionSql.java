package dev.gala.river.postgres;

/** What a transaction is told about itself; no table is behind it. */
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

  private SessionSql() {}
}
