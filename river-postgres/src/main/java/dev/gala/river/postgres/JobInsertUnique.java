package dev.gala.river.postgres;

import dev.gala.river.driver.JobInsertedRow;
import dev.gala.river.job.Durability;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.UniqueKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Binds {@link RiverJobSql#JOB_INSERT_UNIQUE}, or the relaxed one, and {@link
 * RiverJobSql#JOB_INSERT_UNIQUE_WAITING}.
 */
final class JobInsertUnique {
  private final Schema schema;
  private final String limited;
  private final String waiting;

  JobInsertUnique(Schema schema, Durability durability) {
    this.schema = schema;
    limited =
        schema.resolve(
            switch (durability) {
              case FULL -> RiverJobSql.JOB_INSERT_UNIQUE;
              case RELAXED -> RiverJobRelaxedSql.JOB_INSERT_UNIQUE;
            });
    waiting = schema.resolve(RiverJobSql.JOB_INSERT_UNIQUE_WAITING);
  }

  List<JobInsertedRow> run(
      Connection connection, Locked locked, List<JobInsertParams> jobs, Set<String> notifyQueues)
      throws SQLException {
    String sql =
        switch (locked) {
          case PASS_OVER -> limited;
          case WAIT -> waiting;
        };
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      var columns = new Columns<>(connection, jobs);
      JobInsertFast.bind(statement, columns);
      statement.setArray(10, columns.text(JobInsertUnique::hex));
      statement.setArray(11, columns.int4(JobInsertParams::uniqueStates));
      statement.setString(12, schema.name());
      statement.setArray(
          13, new Columns<>(connection, List.copyOf(notifyQueues)).text(queue -> queue));
      return read(statement, jobs);
    }
  }

  /** An inserted row says which job it is; for one that was there before, its key does. */
  private static List<JobInsertedRow> read(PreparedStatement statement, List<JobInsertParams> jobs)
      throws SQLException {
    var results = new @Nullable JobInsertedRow[jobs.size()];
    var holders = new HashMap<UniqueKey, JobRow>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        JobRow row = JobRows.read(rows);
        int position = rows.getInt("inserted_position");
        if (position > 0) {
          results[position - 1] = new JobInsertedRow(row, false);
        } else {
          holders.put(Objects.requireNonNull(row.uniqueKey()), row);
        }
      }
    }
    fill(results, jobs, holders);
    return Arrays.asList(results);
  }

  private static void fill(
      @Nullable JobInsertedRow[] results,
      List<JobInsertParams> jobs,
      Map<UniqueKey, JobRow> holders) {
    for (int i = 0; i < results.length; i++) {
      if (results[i] == null) {
        UniqueKey key = Objects.requireNonNull(jobs.get(i).uniqueKey());
        results[i] = new JobInsertedRow(Objects.requireNonNull(holders.get(key)), true);
      }
    }
  }

  private static @Nullable String hex(JobInsertParams job) {
    UniqueKey key = job.uniqueKey();
    return key == null ? null : key.hex();
  }
}
