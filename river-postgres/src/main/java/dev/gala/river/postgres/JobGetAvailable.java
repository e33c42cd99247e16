package dev.gala.river.postgres;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.postgres.json.AttemptErrors;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Binds {@link RiverJobSql#JOB_GET_AVAILABLE} and reads the rows claimed. */
final class JobGetAvailable {
  /** {@code RETURNING} promises no order. */
  private static final Comparator<JobRow> STARTING_ORDER =
      Comparator.comparingInt(JobRow::priority)
          .thenComparing(JobRow::scheduledAt)
          .thenComparingLong(JobRow::id);

  private final String sql;

  JobGetAvailable(Schema schema) {
    sql = schema.resolve(RiverJobSql.JOB_GET_AVAILABLE);
  }

  List<ClaimedJob> run(Connection connection, JobGetAvailableParams params) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, params.queue());
      statement.setArray(
          2, new Columns<>(connection, Objects.requireNonNull(params.kinds())).text(kind -> kind));
      statement.setInt(3, params.max());
      statement.setString(4, params.clientId());
      try (ResultSet rows = statement.executeQuery()) {
        var jobs = new ArrayList<ClaimedJob>();
        while (rows.next()) {
          jobs.add(new ClaimedJob(read(rows, params.queue()), null));
        }
        jobs.sort(Comparator.comparing(ClaimedJob::job, STARTING_ORDER));
        return jobs;
      }
    }
  }

  /** State, end and queue are known without being read. */
  private static JobRow read(ResultSet rows, String queue) throws SQLException {
    return new JobRow(
        rows.getLong("id"),
        JobState.RUNNING,
        rows.getInt("attempt"),
        rows.getInt("max_attempts"),
        time(rows, "attempted_at"),
        time(rows, "created_at"),
        null,
        time(rows, "scheduled_at"),
        rows.getInt("priority"),
        rows.getString("args"),
        texts(rows, "attempted_by"),
        errors(rows),
        rows.getString("kind"),
        rows.getString("metadata"),
        queue,
        texts(rows, "tags"),
        null,
        Set.of());
  }

  private static Instant time(ResultSet rows, String column) throws SQLException {
    return rows.getObject(column, OffsetDateTime.class).toInstant();
  }

  /** What is null in the array would be somebody's mistake; it is passed over. */
  private static List<String> texts(ResultSet rows, String column) throws SQLException {
    var texts = new ArrayList<String>();
    for (@Nullable String text : elements(rows, column)) {
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }

  private static List<AttemptError> errors(ResultSet rows) throws SQLException {
    return AttemptErrors.read(elements(rows, "errors"));
  }

  /** One dimension or, by somebody's mistake, several: every row that is claimed must be read. */
  private static @Nullable String[] elements(ResultSet rows, String column) throws SQLException {
    Array array = rows.getArray(column);
    if (array == null) {
      return new String[0];
    }
    var texts = new ArrayList<@Nullable String>();
    flatten((@Nullable Object[]) array.getArray(), texts);
    return texts.toArray(new String[0]);
  }

  private static void flatten(@Nullable Object[] elements, List<@Nullable String> texts) {
    for (@Nullable Object element : elements) {
      if (element instanceof @Nullable Object[] nested) {
        flatten(nested, texts);
      } else {
        texts.add(element == null ? null : element.toString());
      }
    }
  }
}
