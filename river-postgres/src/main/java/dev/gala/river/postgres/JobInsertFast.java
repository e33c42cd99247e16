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
import java.util.function.UnaryOperator;

/**
 * Binds {@link RiverJobSql#JOB_INSERT_FAST}, and what does the same for fewer or simpler rows:
 * {@link RiverJobSql#JOB_INSERT_ONE} and {@link RiverJobSql#JOB_INSERT_ALIKE}; or the relaxed ones.
 */
final class JobInsertFast {
  private final Schema schema;
  private final String sql;
  private final String sqlOfOne;
  private final String sqlOfOneAndNotify;
  private final String sqlOfAlike;
  private final String sqlOfAlikeAndNotify;

  JobInsertFast(Schema schema, Durability durability) {
    this.schema = schema;
    UnaryOperator<String> asDurable = RiverJobRelaxedSql.inserting(durability);
    sql = schema.resolve(asDurable.apply(RiverJobSql.JOB_INSERT_FAST));
    sqlOfOne = schema.resolve(asDurable.apply(RiverJobSql.JOB_INSERT_ONE));
    sqlOfOneAndNotify = schema.resolve(asDurable.apply(RiverJobSql.JOB_INSERT_ONE_AND_NOTIFY));
    sqlOfAlike = schema.resolve(asDurable.apply(RiverJobSql.JOB_INSERT_ALIKE));
    sqlOfAlikeAndNotify = schema.resolve(asDurable.apply(RiverJobSql.JOB_INSERT_ALIKE_AND_NOTIFY));
  }

  List<JobInserted> run(Connection connection, List<JobInsertParams> jobs, Set<String> notifyQueues)
      throws SQLException {
    JobInsertParams first = jobs.getFirst();
    if (jobs.size() == 1
        && (notifyQueues.isEmpty() || notifyQueues.equals(Set.of(first.queue())))) {
      return runOne(connection, first, !notifyQueues.isEmpty());
    }
    var columns = new Columns<>(connection, jobs);
    if (areAlike(jobs)) {
      return runAlike(columns, notifyQueues);
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, columns);
      bindQueues(statement, 10, notifyQueues);
      return read(statement, jobs.size());
    }
  }

  private List<JobInserted> runOne(Connection connection, JobInsertParams job, boolean notify)
      throws SQLException {
    String one = notify ? sqlOfOneAndNotify : sqlOfOne;
    try (PreparedStatement statement = connection.prepareStatement(one)) {
      statement.setString(1, job.args());
      statement.setString(2, job.kind());
      statement.setInt(3, job.maxAttempts());
      statement.setString(4, job.metadata());
      statement.setInt(5, job.priority());
      statement.setString(6, job.queue());
      statement.setString(7, Times.text(job.scheduledAt()));
      statement.setString(8, job.state().wireName());
      statement.setString(9, String.join(",", job.tags()));
      if (notify) {
        statement.setString(10, schema.name());
      }
      return read(statement, 1);
    }
  }

  private List<JobInserted> runAlike(Columns<JobInsertParams> columns, Set<String> notifyQueues)
      throws SQLException {
    JobInsertParams first = columns.rows().getFirst();
    String alike = notifyQueues.isEmpty() ? sqlOfAlike : sqlOfAlikeAndNotify;
    try (PreparedStatement statement = columns.connection().prepareStatement(alike)) {
      statement.setString(1, first.kind());
      statement.setInt(2, first.maxAttempts());
      statement.setInt(3, first.priority());
      statement.setString(4, first.queue());
      statement.setString(5, Times.text(first.scheduledAt()));
      statement.setString(6, first.state().wireName());
      statement.setString(7, String.join(",", first.tags()));
      statement.setArray(8, columns.text(JobInsertParams::args));
      statement.setArray(9, columns.text(JobInsertParams::metadata));
      if (!notifyQueues.isEmpty()) {
        bindQueues(statement, 10, notifyQueues);
      }
      return read(statement, columns.rows().size());
    }
  }

  private void bindQueues(PreparedStatement statement, int parameter, Set<String> queues)
      throws SQLException {
    statement.setString(parameter, schema.name());
    statement.setArray(parameter + 1, TextArray.of(queues.toArray(new String[0])));
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
