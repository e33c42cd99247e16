package dev.gala.river.postgres;

/** What a statement does about rows that another transaction has locked. */
enum Locked {
  /** It passes them over, or, where it cannot do without, waits for them a little. */
  PASS_OVER,
  /** It waits for them as the session is set to. */
  WAIT
}
