package dev.gala.bench.limit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The statements of a job's life, by hand. On connections in auto-commit mode. */
interface Statements {
  /** Inserts rows and reads their ids. */
  List<Long> insert(Connection connection, List<Row> rows) throws SQLException;

  /** Inserts rows whose ids nobody asks for. */
  default int insertMany(Connection connection, List<Row> rows) throws SQLException {
    return insert(connection, rows).size();
  }

  /** Claims up to so many, and reads what a worker needs. */
  List<Claim> claim(Connection connection, int most) throws SQLException;

  /** Completes what was claimed; returns how many were. */
  int complete(Connection connection, List<Claim> claims) throws SQLException;
}
