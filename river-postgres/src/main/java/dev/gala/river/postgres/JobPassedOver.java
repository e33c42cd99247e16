package dev.gala.river.postgres;

import dev.gala.river.driver.JobGetAvailableParams;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Binds {@link RiverJobSql#JOB_PASSED_OVER} and its kin, which look for less. */
final class JobPassedOver {
  private final ByKinds variants;

  JobPassedOver(Schema schema) {
    variants =
        new ByKinds(
            schema.resolve(RiverJobSql.JOB_PASSED_OVER),
            schema.resolve(RiverJobSql.JOB_PASSED_OVER_OF_KIND),
            schema.resolve(RiverJobSql.JOB_PASSED_OVER_OF_KINDS));
  }

  boolean run(Connection connection, JobGetAvailableParams params) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(variants.sql(params.kinds()))) {
      Place.bind(connection, statement, params.starts().stream().map(Place::of).toList());
      int bound = Place.PARAMETERS;
      statement.setString(++bound, params.queue());
      ByKinds.bind(connection, statement, bound, params.kinds());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
