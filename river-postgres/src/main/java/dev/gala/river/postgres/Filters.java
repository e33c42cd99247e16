package dev.gala.river.postgres;

import dev.gala.river.job.JobState;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Binds the filters of a statement one after the other. Each stands there twice: whether it is
 * null, so that all pass, and what to compare with.
 */
final class Filters {
  private final Connection connection;
  private final PreparedStatement statement;
  private int last;

  /** Those of {@code statement}, which is made to be planned with what is bound. */
  Filters(Connection connection, PreparedStatement statement) throws SQLException {
    this.connection = connection;
    this.statement = statement;
    // Never prepared under a name, a statement is planned each time, for its parameters.
    statement.unwrap(org.postgresql.PGStatement.class).setPrepareThreshold(0);
  }

  /** The filters that all such statements begin with, in their order. */
  void jobs(
      List<Long> ids,
      List<String> kinds,
      List<Integer> priorities,
      List<String> queues,
      Set<JobState> states)
      throws SQLException {
    array(ids.isEmpty() ? null : new Columns<>(connection, ids).int8(id -> id));
    texts(kinds);
    array(priorities.isEmpty() ? null : new Columns<>(connection, priorities).int4(n -> n));
    texts(queues);
    texts(states.stream().map(JobState::wireName).sorted().toList());
  }

  void texts(List<String> values) throws SQLException {
    array(values.isEmpty() ? null : new Columns<>(connection, values).text(value -> value));
  }

  private void array(@Nullable Array value) throws SQLException {
    statement.setArray(++last, value);
    statement.setArray(++last, value);
  }

  void text(@Nullable String value) throws SQLException {
    statement.setString(++last, value);
    statement.setString(++last, value);
  }

  void id(@Nullable Long value) throws SQLException {
    statement.setObject(++last, value, Types.BIGINT);
    statement.setObject(++last, value, Types.BIGINT);
  }

  /** The next parameter that is no filter. */
  int next() {
    return ++last;
  }
}
