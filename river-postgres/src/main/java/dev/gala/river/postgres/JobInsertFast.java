package dev.gala.river.postgres;

import dev.gala.river.driver.JobInserted;
import dev.gala.river.job.Durability;
import dev.gala.river.job.JobInsertParams;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Binds {@link RiverJobSql#JOB_INSERT_FAST} and {@link RiverJobSql#JOB_INSERT_ALIKE}, or the
 * relaxed ones.
 */
final class JobInsertFast {
  private final Schema schema;
  private final String sql;
  private final String sqlOfAlike;

  JobInsertFast(Schema schema, Durability durability) {
    this.schema = schema;
    sql =
        schema.resolve(
            switch (durability) {
              case FULL -> RiverJobSql.JOB_INSERT_FAST;
              case RELAXED -> RiverJobRelaxedSql.JOB_INSERT_FAST;
            });
    sqlOfAlike =
        schema.resolve(
            switch (durability) {
              case FULL -> RiverJobSql.JOB_INSERT_ALIKE;
              case RELAXED -> RiverJobRelaxedSql.JOB_INSERT_ALIKE;
            });
  }

  List<JobInserted> run(Connection connection, List<JobInsertParams> jobs, Set<String> notifyQueues)
      throws SQLException {
    var columns = new Columns<>(connection, jobs);
    if (notifyQueues.isEmpty() && areAlike(jobs)) {
      return runAlike(columns);
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, columns);
      statement.setString(10, schema.name());
      statement.setArray(
          11, new Columns<>(connection, List.copyOf(notifyQueues)).text(queue -> queue));
      return read(statement, jobs.size());
    }
  }

  private List<JobInserted> runAlike(Columns<JobInsertParams> columns) throws SQLException {
    JobInsertParams first = columns.rows().getFirst();
    try (PreparedStatement statement = columns.connection().prepareStatement(sqlOfAlike)) {
      statement.setString(1, first.kind());
      statement.setInt(2, first.maxAttempts());
      statement.setInt(3, first.priority());
      statement.setString(4, first.queue());
      statement.setString(5, Times.text(first.scheduledAt()));
      statement.setString(6, first.state().wireName());
      statement.setString(7, String.join(",", first.tags()));
      statement.setArray(8, columns.text(JobInsertParams::args));
      statement.setArray(9, columns.text(JobInsertParams::metadata));
      return read(statement, columns.rows().size());
    }
  }

  /** Whether they differ in nothing but arguments and metadata. */
  private static boolean areAlike(List<JobInsertParams> jobs) {
    JobInsertParams first = jobs.getFirst();
    for (JobInsertParams job : jobs) {
      if (!job.isLike(first)) {
        return false;
      }
    }
    return true;
  }

  private static List<JobInserted> read(PreparedStatement statement, int count)
      throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      var inserted = new ArrayList<JobInserted>(count);
      while (rows.next()) {
        var createdAt = rows.getObject(2, OffsetDateTime.class).toInstant();
        inserted.add(new JobInserted(rows.getLong(1), createdAt));
      }
      return inserted;
    }
  }

  /** Binds what stands first in every insert from arrays. */
  static void bind(PreparedStatement statement, Columns<JobInsertParams> columns)
      throws SQLException {
    statement.setArray(1, columns.text(JobInsertParams::args));
    statement.setArray(2, columns.text(JobInsertParams::kind));
    statement.setArray(3, columns.int4(JobInsertParams::maxAttempts));
    statement.setArray(4, columns.text(JobInsertParams::metadata));
    statement.setArray(5, columns.int4(JobInsertParams::priority));
    statement.setArray(6, columns.text(JobInsertParams::queue));
    statement.setArray(7, columns.time(JobInsertParams::scheduledAt));
    statement.setArray(8, columns.text(job -> job.state().wireName()));
    statement.setArray(9, columns.text(job -> String.join(",", job.tags())));
  }
}
