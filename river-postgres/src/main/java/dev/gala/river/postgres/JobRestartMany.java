package dev.gala.river.postgres;

import dev.gala.river.job.JobRestart;
import dev.gala.river.job.JobsRestarted;
import dev.gala.river.json.GoJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Binds {@link RiverJobRestartSql}. */
final class JobRestartMany {
  private final Schema schema;
  private final String sql;

  JobRestartMany(Schema schema) {
    this.schema = schema;
    sql = schema.resolve(RiverJobRestartSql.JOB_RESTART_MANY);
  }

  JobsRestarted run(Connection connection, List<JobRestart> jobs) throws SQLException {
    var columns = new Columns<>(connection, jobs);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(1, columns.int8(JobRestart::id));
      statement.setArray(2, columns.text(job -> job.state().wireName()));
      statement.setArray(3, columns.int4(JobRestart::attempt));
      statement.setArray(4, columns.time(JobRestart::finalizedAt));
      statement.setArray(5, columns.text(job -> texts(job.forget())));
      statement.setArray(6, columns.text(job -> StorableText.ofJson(job.merge())));
      statement.setString(7, schema.name());
      return read(statement);
    } catch (SQLException e) {
      throw SqlStates.uniqueConflict("restarting jobs", e);
    }
  }

  private static String texts(List<String> keys) {
    return StorableText.ofJson(
        keys.stream().map(GoJson::quote).collect(Collectors.joining(",", "[", "]")));
  }

  private static JobsRestarted read(PreparedStatement statement) throws SQLException {
    List<Long> restarted = new ArrayList<>();
    List<Long> held = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        (rows.getBoolean("held") ? held : restarted).add(rows.getLong("id"));
      }
    }
    return new JobsRestarted(restarted, held);
  }
}
