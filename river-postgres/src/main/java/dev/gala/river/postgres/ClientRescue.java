package dev.gala.river.postgres;

import dev.gala.river.driver.Heartbeats.Dead;
import dev.gala.river.driver.Heartbeats.Rescue;
import dev.gala.river.driver.Heartbeats.RescueParams;
import dev.gala.river.driver.Heartbeats.RescuedJob;
import dev.gala.river.job.JobState;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Binds the statements of a rescue in {@link GalaClientSql}, which are one transaction. */
final class ClientRescue {
  private static final Rescue NOT_OUR_TURN = new Rescue(false, List.of(), false, List.of());
  private static final Rescue NOTHING = new Rescue(true, List.of(), false, List.of());

  private final String candidates;
  private final String confirm;
  private final String forget;
  private final String jobs;
  private final String swept;
  private final String these;
  private final Schema schema;
  private final Refusals refusals = new Refusals("putting back", Duration.ofMinutes(1));

  ClientRescue(Schema schema) {
    this.schema = schema;
    candidates = schema.resolve(GalaClientSql.RESCUE_CANDIDATES);
    confirm = schema.resolve(GalaClientSql.RESCUE_CONFIRM);
    forget = schema.resolve(GalaClientSql.RESCUE_FORGET);
    jobs = schema.resolve(GalaClientSql.RESCUE_JOBS);
    swept = schema.resolve(GalaClientSql.RESCUE_SWEPT);
    these = schema.resolve(GalaClientSql.RESCUE_THESE);
  }

  /** Puts back all at once; to be done in parts where one of them refuses that. */
  Rescue run(Connection connection, RescueParams params) throws SQLException {
    return run(connection, params, false);
  }

  /** The same where some of the rows refuse it. */
  Rescue runInParts(Connection connection, RescueParams params) throws SQLException {
    return run(connection, params, true);
  }

  private Rescue run(Connection connection, RescueParams params, boolean inParts)
      throws SQLException {
    if (!isOurTurn(connection)) {
      return NOT_OUR_TURN;
    }
    List<Dead> dead = confirmed(connection, params.dead());
    if (dead.isEmpty()) {
      return NOTHING;
    }
    try (PreparedStatement statement = connection.prepareStatement(GalaClientSql.RESCUE_SETTINGS)) {
      statement.execute();
    }
    PutBack done =
        inParts
            ? putBackInParts(connection, dead, params.max())
            : putBack(connection, dead, params.max());
    note(connection, dead, !done.more());
    List<String> forgotten = done.jobs().isEmpty() ? forget(connection, dead, params) : List.of();
    return new Rescue(true, done.jobs(), done.more(), forgotten);
  }

  private boolean isOurTurn(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(GalaClientSql.RESCUE_LOCK)) {
      statement.setString(1, schema.name());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private List<Dead> confirmed(Connection connection, List<Dead> dead) throws SQLException {
    var columns = new Columns<>(connection, dead);
    try (PreparedStatement statement = connection.prepareStatement(confirm)) {
      statement.setArray(1, columns.text(Dead::clientId));
      statement.setArray(2, columns.int8(Dead::beat));
      try (ResultSet rows = statement.executeQuery()) {
        Set<String> found = new HashSet<>();
        while (rows.next()) {
          found.add(rows.getString(1));
        }
        return dead.stream().filter(client -> found.contains(client.clientId())).toList();
      }
    }
  }

  /** What was put back, and whether there may be more. */
  private record PutBack(List<RescuedJob> jobs, boolean more) {}

  private PutBack putBack(Connection connection, List<Dead> dead, int max) throws SQLException {
    List<RescuedJob> rescued = putBack(connection, dead, null, max);
    return new PutBack(rescued, rescued.size() >= max);
  }

  private PutBack putBackInParts(Connection connection, List<Dead> dead, int max)
      throws SQLException {
    List<Long> ids = candidates(connection, dead, max);
    Refusals.Done<List<RescuedJob>> done =
        refusals.inParts(connection, ids, (same, part) -> putBack(same, dead, part, max));
    List<RescuedJob> rescued = done.parts().stream().flatMap(List::stream).toList();
    // Those that were refused are passed over the next time.
    return new PutBack(rescued, done.more() || ids.size() >= max);
  }

  private List<Long> candidates(Connection connection, List<Dead> dead, int max)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(candidates)) {
      statement.setArray(1, new Columns<>(connection, dead).text(Dead::clientId));
      statement.setArray(2, refused(connection));
      statement.setInt(3, max);
      try (ResultSet rows = statement.executeQuery()) {
        var ids = new ArrayList<Long>();
        while (rows.next()) {
          ids.add(rows.getLong(1));
        }
        return ids;
      }
    }
  }

  private Array refused(Connection connection) throws SQLException {
    return new Columns<>(connection, refusals.known()).int8(Long::longValue);
  }

  private List<RescuedJob> putBack(
      Connection connection, List<Dead> dead, @Nullable List<Long> ids, int max)
      throws SQLException {
    var columns = new Columns<>(connection, dead);
    try (PreparedStatement statement = connection.prepareStatement(ids == null ? jobs : these)) {
      int parameter = 1;
      statement.setArray(parameter++, columns.text(Dead::clientId));
      statement.setArray(parameter++, columns.text(client -> StorableText.of(client.cause())));
      statement.setArray(parameter++, refused(connection));
      if (ids != null) {
        statement.setArray(parameter++, new Columns<>(connection, ids).int8(Long::longValue));
      }
      statement.setInt(parameter++, max);
      statement.setString(parameter, schema.name());
      try (ResultSet rows = statement.executeQuery()) {
        var rescued = new ArrayList<RescuedJob>();
        while (rows.next()) {
          rescued.add(
              new RescuedJob(
                  rows.getLong("id"),
                  JobState.ofWireName(rows.getString("state")),
                  rows.getString("queue"),
                  rows.getString("client_id")));
        }
        return rescued;
      }
    }
  }

  private void note(Connection connection, List<Dead> dead, boolean done) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(swept)) {
      statement.setBoolean(1, done);
      statement.setArray(2, new Columns<>(connection, dead).text(Dead::clientId));
      statement.executeUpdate();
    }
  }

  private List<String> forget(Connection connection, List<Dead> dead, RescueParams params)
      throws SQLException {
    var ids = new Columns<>(connection, dead).text(Dead::clientId);
    try (PreparedStatement statement = connection.prepareStatement(forget)) {
      statement.setArray(1, ids);
      statement.setLong(2, ClientBeat.microseconds(params.keep()));
      statement.setArray(3, ids);
      try (ResultSet rows = statement.executeQuery()) {
        var forgotten = new ArrayList<String>();
        while (rows.next()) {
          forgotten.add(rows.getString(1));
        }
        return forgotten;
      }
    }
  }
}
