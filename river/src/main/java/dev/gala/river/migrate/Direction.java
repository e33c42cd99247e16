package dev.gala.river.migrate;

/** Which way a migration goes. */
public enum Direction {
  /** Towards newer tables. */
  UP,
  /** Back to older ones. */
  DOWN
}
