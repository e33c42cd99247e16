package dev.gala.river.postgres;

import dev.gala.river.driver.JobListQuery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Binds {@link RiverJobWindowSql}, so that a list by id of jobs of a certain time does not read the
 * table from its end. A job's id is drawn when it is inserted, and its time is that of its
 * transaction's beginning: jobs of lower ids than one that was surely inserted before a time are no
 * younger than that, those of higher ids than one that was surely inserted after it no older. It is
 * sure by {@link #LONGEST_TRANSACTION}.
 */
final class JobWindow {
  /** No transaction that inserts jobs is supposed to take longer. */
  static final Duration LONGEST_TRANSACTION = Duration.ofHours(6);

  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

  private final String sql;

  JobWindow(Schema schema) {
    this.sql = schema.resolve(RiverJobWindowSql.JOB_ID_AT);
  }

  /**
   * Between which ids a list is to look.
   *
   * @param from from this id on; null means from the first
   * @param before before this one; null means to the last
   */
  record Ids(@Nullable Long from, @Nullable Long before) {}

  /** Of a list by id, as far as it has not passed an end of the window already. */
  Ids of(Connection connection, JobListQuery query) throws SQLException {
    Instant from = query.createdFrom();
    Instant before = query.createdBefore();
    if (query.order() != JobListQuery.Order.ID || !query.ids().isEmpty()) {
      return new Ids(null, null);
    }
    boolean begun = query.after() != null;
    Long first = null;
    if (from != null && from.isAfter(EARLIEST) && from.isBefore(LATEST)) {
      first =
          begun && !query.descending()
              ? null
              : at(connection, from.minus(LONGEST_TRANSACTION)).from();
    }
    Long end = null;
    if (before != null && before.isAfter(EARLIEST) && before.isBefore(LATEST)) {
      end =
          begun && query.descending()
              ? null
              : at(connection, before.plus(LONGEST_TRANSACTION)).before();
    }
    return new Ids(first, end);
  }

  /** Ids of jobs that are older than {@code time}, and of jobs that are not: as near as it goes. */
  private Ids at(Connection connection, Instant time) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, Times.text(time));
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next()
            ? new Ids(rows.getObject("below", Long.class), rows.getObject("above", Long.class))
            : new Ids(null, null);
      }
    }
  }
}
