package dev.gala.test.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/** Fills a template database, for instance by running the migrations. */
@FunctionalInterface
public interface DatabasePreparation {
  /**
   * Prepares the database.
   *
   * @param connection to the template database, in auto-commit mode; closed by the caller, who also
   *     commits what is left open
   * @throws SQLException if a statement fails; the template is then discarded, and the next request
   *     for it tries again
   */
  void prepare(Connection connection) throws SQLException;
}
