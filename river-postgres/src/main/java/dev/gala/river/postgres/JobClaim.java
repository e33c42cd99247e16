package dev.gala.river.postgres;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.JobClaimParams;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Binds {@link RiverJobControlSql#JOB_CLAIM}. */
final class JobClaim {
  private final String sql;

  JobClaim(Schema schema) {
    sql = schema.resolve(RiverJobControlSql.JOB_CLAIM);
  }

  @Nullable ClaimedJob run(Connection connection, JobClaimParams params) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, params.id());
      statement.setArray(2, new Columns<>(connection, params.kinds()).text(kind -> kind));
      statement.setString(3, params.clientId());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? JobRows.readClaimed(rows) : null;
      }
    } catch (SQLException e) {
      throw SqlStates.uniqueConflict("claiming job " + params.id(), e);
    }
  }
}
