package dev.gala.river.postgres;

import dev.gala.river.job.JobCount;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobTallyParams;
import dev.gala.river.json.GoJson;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Binds {@link RiverJobControlSql#JOB_TALLY}. */
final class JobTally {
  private final String sql;

  JobTally(Schema schema) {
    sql = schema.resolve(RiverJobControlSql.JOB_TALLY);
  }

  List<JobCount> run(Connection connection, JobTallyParams params) throws SQLException {
    List<String> states = params.states().stream().map(JobState::wireName).sorted().toList();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, paths(params));
      statement.setArray(2, texts(connection, params.queues()));
      statement.setArray(3, texts(connection, states));
      statement.setInt(4, params.limit());
      statement.setArray(5, texts(connection, params.kinds()));
      try (ResultSet rows = statement.executeQuery()) {
        var counts = new ArrayList<JobCount>();
        while (rows.next()) {
          String[] texts = (String[]) rows.getArray("texts").getArray();
          counts.add(new JobCount(Arrays.asList(texts), rows.getLong("jobs")));
        }
        return counts;
      }
    }
  }

  private static String paths(JobTallyParams params) {
    return params.paths().stream()
        .map(path -> path.stream().map(GoJson::quote).collect(Collectors.joining(",", "[", "]")))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static Array texts(Connection connection, List<String> texts) throws SQLException {
    return new Columns<>(connection, texts).text(text -> text);
  }
}
