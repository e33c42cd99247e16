package dev.gala.river.postgres;

import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.JobSetStateResult;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Binds {@link RiverJobSql#JOB_SET_STATE_IF_RUNNING} and its variants. */
final class JobSetStateIfRunning {
  private final String passingOver;
  private final String passingOverWithRows;
  private final String waiting;
  private final String waitingWithRows;

  JobSetStateIfRunning(Schema schema) {
    passingOver = schema.resolve(RiverJobSql.JOB_SET_STATE_IF_RUNNING);
    passingOverWithRows = schema.resolve(RiverJobSql.JOB_SET_STATE_IF_RUNNING_AND_RETURN);
    waiting = schema.resolve(RiverJobSql.JOB_SET_STATE_IF_RUNNING_WAITING);
    waitingWithRows = schema.resolve(RiverJobSql.JOB_SET_STATE_IF_RUNNING_AND_RETURN_WAITING);
  }

  List<JobSetStateResult> run(
      Connection connection, Locked locked, List<JobSetStateParams> params, boolean wantRows)
      throws SQLException {
    String sql =
        switch (locked) {
          case PASS_OVER -> wantRows ? passingOverWithRows : passingOver;
          case WAIT -> wantRows ? waitingWithRows : waiting;
        };
    var sorted = new ArrayList<>(params);
    sorted.sort(Comparator.comparingLong(outcome -> outcome.attemptId().jobId()));
    var columns = new Columns<>(connection, sorted);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(1, columns.int8(outcome -> outcome.attemptId().jobId()));
      statement.setArray(2, columns.int4(outcome -> outcome.attemptId().attempt()));
      statement.setArray(3, columns.time(outcome -> outcome.attemptId().attemptedAt()));
      statement.setArray(4, columns.text(outcome -> outcome.state().wireName()));
      statement.setArray(5, columns.int4OrNull(JobSetStateParams::attempt));
      statement.setArray(6, columns.text(error(error -> Times.rfc3339(error.at()))));
      statement.setArray(7, columns.int4OrNull(error(AttemptError::attempt)));
      statement.setArray(8, columns.text(error(error -> StorableText.of(error.error()))));
      statement.setArray(9, columns.text(error(error -> StorableText.of(error.trace()))));
      statement.setArray(10, columns.time(JobSetStateParams::finalizedAt));
      statement.setArray(11, columns.text(JobSetStateIfRunning::metadata));
      statement.setArray(12, columns.time(JobSetStateParams::scheduledAt));
      try (ResultSet rows = statement.executeQuery()) {
        return wantRows ? readRows(rows) : read(rows);
      }
    }
  }

  private static List<JobSetStateResult> read(ResultSet rows) throws SQLException {
    var results = new ArrayList<JobSetStateResult>();
    while (rows.next()) {
      results.add(
          new JobSetStateResult(rows.getLong(1), JobState.ofWireName(rows.getString(2)), null));
    }
    return results;
  }

  private static List<JobSetStateResult> readRows(ResultSet rows) throws SQLException {
    var results = new ArrayList<JobSetStateResult>();
    while (rows.next()) {
      JobRow row = JobRows.read(rows);
      results.add(new JobSetStateResult(row.id(), row.state(), row));
    }
    return results;
  }

  private static <T> Function<JobSetStateParams, @Nullable T> error(
      Function<AttemptError, T> value) {
    return outcome -> {
      AttemptError error = outcome.error();
      return error == null ? null : value.apply(error);
    };
  }

  private static @Nullable String metadata(JobSetStateParams outcome) {
    String metadata = outcome.metadata();
    return metadata == null ? null : StorableText.ofJson(metadata);
  }
}
