package dev.gala.river.postgres;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.UniqueKey;
import dev.gala.river.postgres.json.AttemptErrors;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads whole rows of {@code river_job}: the columns {@link RiverJobSql#COLUMNS}. */
final class JobRows {
  private JobRows() {}

  /** All rows of the result. */
  static List<JobRow> all(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      var jobs = new ArrayList<JobRow>();
      while (rows.next()) {
        jobs.add(read(rows));
      }
      return jobs;
    }
  }

  /** The one row of the result; null if there is none. */
  static @Nullable JobRow one(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next() ? read(rows) : null;
    }
  }

  /** The row the result stands at; an infinite time becomes the end or the beginning of all. */
  static JobRow read(ResultSet rows) throws SQLException {
    byte @Nullable [] uniqueKey = rows.getBytes("unique_key");
    return new JobRow(
        rows.getLong("id"),
        JobState.ofWireName(rows.getString("state")),
        rows.getInt("attempt"),
        rows.getInt("max_attempts"),
        Times.read(rows, "attempted_at"),
        Times.require(rows, "created_at"),
        Times.read(rows, "finalized_at"),
        Times.require(rows, "scheduled_at"),
        rows.getInt("priority"),
        rows.getString("args"),
        texts(rows, "attempted_by"),
        errors(rows),
        rows.getString("kind"),
        rows.getString("metadata"),
        rows.getString("queue"),
        texts(rows, "tags"),
        uniqueKey == null ? null : UniqueKey.of(uniqueKey),
        // Null is read as 0: no states.
        JobState.ofUniqueMask(rows.getInt("unique_states")));
  }

  /**
   * The row the result stands at, claimed just now; what cannot be read of it concerns it alone.
   */
  static ClaimedJob readClaimed(ResultSet rows) throws SQLException {
    JobRow row;
    try {
      row = read(rows);
    } catch (SQLException | RuntimeException e) {
      if (rows.isClosed()) {
        throw e;
      }
      return new ClaimedJob(ofAttempt(rows, earlierErrors(rows)), String.valueOf(e.getMessage()));
    }
    String odd = oddTime(row);
    return odd == null
        ? new ClaimedJob(row, null)
        : new ClaimedJob(ofAttempt(rows, row.errors()), odd);
  }

  /** Retries are paced by the number of errors: if they cannot be read either, attempts count. */
  private static List<AttemptError> earlierErrors(ResultSet rows) throws SQLException {
    try {
      return errors(rows);
    } catch (SQLException | RuntimeException e) {
      if (rows.isClosed()) {
        throw e;
      }
      int before = Math.max(rows.getInt("attempt") - 1, 0);
      return Collections.nCopies(before, new AttemptError(Instant.EPOCH, 0, "", ""));
    }
  }

  private static @Nullable String oddTime(JobRow row) {
    if (Times.isInfinite(row.createdAt())) {
      return "created_at is infinite, not a time";
    }
    return Times.isInfinite(row.scheduledAt()) ? "scheduled_at is infinite, not a time" : null;
  }

  /** What it takes to end the attempt, and nothing else. */
  private static JobRow ofAttempt(ResultSet rows, List<AttemptError> errors) throws SQLException {
    Instant attemptedAt = Times.require(rows, "attempted_at");
    return new JobRow(
        rows.getLong("id"),
        JobState.RUNNING,
        rows.getInt("attempt"),
        rows.getInt("max_attempts"),
        attemptedAt,
        attemptedAt,
        null,
        attemptedAt,
        rows.getInt("priority"),
        "{}",
        List.of(),
        errors,
        rows.getString("kind"),
        "{}",
        rows.getString("queue"),
        List.of(),
        null,
        Set.of());
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
