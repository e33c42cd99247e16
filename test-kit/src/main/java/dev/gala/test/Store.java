package dev.gala.test;

/** Where the events of a test are stored. */
public enum Store {
  /**
   * In a PostgreSQL database of the test's own, on a server that the tests share: an embedded one,
   * started with the first test, or the one that {@code GALA_TEST_DATABASE_URL} names.
   */
  POSTGRES,
  /**
   * In memory, for tests of listeners that need no tables: nothing is started, and a test takes a
   * few milliseconds. Events, retries, schedules, uniqueness and transactions are as they are in
   * PostgreSQL; connections take no SQL, and say so. {@link GalaTestSetup#prepare} is not called.
   */
  MEMORY
}
