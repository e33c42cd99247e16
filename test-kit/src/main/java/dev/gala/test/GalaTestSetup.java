package dev.gala.test;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import java.sql.Connection;
import java.sql.SQLException;

/** What an application adds to the runtime and the database of its tests. */
@FunctionalInterface
public interface GalaTestSetup {
  /**
   * Changes the settings, for instance to those the application has. The database, the clock, the
   * mode and what is recorded of listeners are the test's: what is said of these is replaced.
   */
  default void configure(GalaConfig.Builder config) {}

  /**
   * Makes the application's tables. Called once per JVM and class of setup, for a template that
   * every test gets a copy of in milliseconds: what it does must not depend on the object.
   *
   * @param connection to a database that has River's tables, in auto-commit mode; closed by the
   *     caller, who also commits what is left open
   * @throws SQLException if a statement fails; so does the test then
   */
  default void prepare(Connection connection) throws SQLException {}

  /** Attaches the listeners, as the application does when it starts. Called for each test. */
  void attach(Gala gala);
}
