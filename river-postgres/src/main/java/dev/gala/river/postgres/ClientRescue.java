package dev.gala.river.postgres;

import dev.gala.river.driver.Heartbeats.Dead;
import dev.gala.river.driver.Heartbeats.Rescue;
import dev.gala.river.driver.Heartbeats.RescueParams;
import dev.gala.river.driver.Heartbeats.RescuedJob;
import dev.gala.river.job.JobState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Binds the statements of a rescue in {@link GalaClientSql}, which are one transaction. */
final class ClientRescue {
  private static final Rescue NOT_OUR_TURN = new Rescue(false, List.of(), false, List.of());
  private static final Rescue NOTHING = new Rescue(true, List.of(), false, List.of());

  private final String confirm;
  private final String forget;
  private final String jobs;
  private final String swept;
  private final Schema schema;

  ClientRescue(Schema schema) {
    this.schema = schema;
    confirm = schema.resolve(GalaClientSql.RESCUE_CONFIRM);
    forget = schema.resolve(GalaClientSql.RESCUE_FORGET);
    jobs = schema.resolve(GalaClientSql.RESCUE_JOBS);
    swept = schema.resolve(GalaClientSql.RESCUE_SWEPT);
  }

  Rescue run(Connection connection, RescueParams params) throws SQLException {
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
    List<RescuedJob> rescued = putBack(connection, dead, params.max());
    boolean more = rescued.size() >= params.max();
    note(connection, dead, !more);
    List<String> forgotten = rescued.isEmpty() ? forget(connection, dead, params) : List.of();
    return new Rescue(true, rescued, more, forgotten);
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

  private List<RescuedJob> putBack(Connection connection, List<Dead> dead, int max)
      throws SQLException {
    var columns = new Columns<>(connection, dead);
    try (PreparedStatement statement = connection.prepareStatement(jobs)) {
      statement.setArray(1, columns.text(Dead::clientId));
      statement.setArray(2, columns.text(client -> StorableText.of(client.cause())));
      statement.setInt(3, max);
      statement.setString(4, schema.name());
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
