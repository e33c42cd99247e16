package dev.gala.river.postgres;

import dev.gala.river.driver.JobListQuery;
import dev.gala.river.job.JobRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds the statements of {@link RiverJobControlSql} that list jobs, one for each order. */
final class JobList {
  private static final String TIME_SLOT = "/* time */";

  private final Schema schema;
  private final JobWindow window;

  JobList(Schema schema) {
    this.schema = schema;
    this.window = new JobWindow(schema);
  }

  List<JobRow> run(Connection connection, JobListQuery query) throws SQLException {
    JobWindow.Ids within = window.of(connection, query);
    try (PreparedStatement statement = connection.prepareStatement(sql(query))) {
      bind(connection, statement, query, within);
      return JobRows.all(statement);
    }
  }

  /** Binds a statement that has the list's parameters. */
  static void bind(
      Connection connection, PreparedStatement statement, JobListQuery query, JobWindow.Ids within)
      throws SQLException {
    var filters = new Filters(connection, statement);
    filters.jobs(query.ids(), query.kinds(), query.priorities(), query.queues(), query.states());
    filters.texts(query.tagsAll());
    filters.texts(query.tagsAny());
    filters.text(query.metadata());
    filters.text(Times.text(query.createdFrom()));
    filters.text(Times.text(query.createdBefore()));
    filters.id(within.from());
    filters.id(within.before());
    bindAfter(statement, filters, query);
    statement.setInt(filters.next(), query.max());
  }

  private static void bindAfter(PreparedStatement statement, Filters filters, JobListQuery query)
      throws SQLException {
    JobListQuery.After after = query.after();
    Long id = after == null ? null : after.id();
    setId(statement, filters.next(), id);
    if (query.order() != JobListQuery.Order.ID) {
      String time = after == null ? null : Times.text(after.time());
      statement.setString(filters.next(), time);
      setId(statement, filters.next(), id);
      statement.setString(filters.next(), time);
    }
    setId(statement, filters.next(), id);
  }

  private static void setId(PreparedStatement statement, int parameter, @Nullable Long id)
      throws SQLException {
    statement.setObject(parameter, id, Types.BIGINT);
  }

  private String sql(JobListQuery query) {
    return switch (query.order()) {
      case ID ->
          schema.resolve(
              query.descending()
                  ? RiverJobControlSql.JOB_LIST_BY_ID_DESCENDING
                  : RiverJobControlSql.JOB_LIST_BY_ID_ASCENDING);
      case ATTEMPTED_AT -> byTime(query, "attempted_at");
      case FINALIZED_AT -> byTime(query, "finalized_at");
      case SCHEDULED_AT -> byTime(query, "scheduled_at");
    };
  }

  private String byTime(JobListQuery query, String column) {
    String sql =
        query.descending()
            ? RiverJobControlSql.JOB_LIST_BY_TIME_DESCENDING
            : RiverJobControlSql.JOB_LIST_BY_TIME_ASCENDING;
    return schema.resolve(sql.replace(TIME_SLOT, column));
  }
}
