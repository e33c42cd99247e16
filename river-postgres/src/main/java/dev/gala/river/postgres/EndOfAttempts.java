package dev.gala.river.postgres;

import dev.gala.river.job.AttemptId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Ends many attempts alike, behind the fence: its three columns are bound first, in the order of
 * the jobs, in which everybody locks rows.
 */
final class EndOfAttempts {
  /** Binds what follows the fence. */
  @FunctionalInterface
  interface Rest {
    /** Nothing follows. */
    Rest NONE = statement -> {};

    void bind(PreparedStatement statement) throws SQLException;
  }

  private final String passingOver;
  private final String waiting;

  /** By one of two statements, which differ in what they do about locked rows. */
  EndOfAttempts(Schema schema, String passingOver, String waiting) {
    this.passingOver = schema.resolve(passingOver);
    this.waiting = schema.resolve(waiting);
  }

  /** Returns the ids of the jobs whose attempts it ended. */
  List<Long> run(Connection connection, Locked locked, List<AttemptId> attempts, Rest rest)
      throws SQLException {
    String sql =
        switch (locked) {
          case PASS_OVER -> passingOver;
          case WAIT -> waiting;
        };
    var sorted = new ArrayList<>(attempts);
    sorted.sort(Comparator.comparingLong(AttemptId::jobId));
    var columns = new Columns<>(connection, sorted);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(1, columns.int8(AttemptId::jobId));
      statement.setArray(2, columns.int4(AttemptId::attempt));
      statement.setArray(3, columns.time(AttemptId::attemptedAt));
      rest.bind(statement);
      try (ResultSet rows = statement.executeQuery()) {
        var ids = new ArrayList<Long>(attempts.size());
        while (rows.next()) {
          ids.add(rows.getLong(1));
        }
        return ids;
      }
    }
  }
}
