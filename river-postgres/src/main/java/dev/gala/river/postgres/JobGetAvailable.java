package dev.gala.river.postgres;

import dev.gala.river.driver.ClaimStart;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.job.JobRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Binds {@link RiverJobSql#JOB_GET_AVAILABLE} and its kin, which start elsewhere or take less. */
final class JobGetAvailable {
  /** {@code RETURNING} promises no order. */
  private static final Comparator<JobRow> STARTING_ORDER =
      Comparator.comparingInt(JobRow::priority)
          .thenComparing(JobRow::scheduledAt)
          .thenComparingLong(JobRow::id);

  private final Variants fromTheBeginning;
  private final Variants fromPlaces;

  JobGetAvailable(Schema schema) {
    fromTheBeginning =
        new Variants(
            schema.resolve(RiverJobSql.JOB_GET_AVAILABLE),
            schema.resolve(RiverJobSql.JOB_GET_AVAILABLE_OF_KIND),
            schema.resolve(RiverJobSql.JOB_GET_AVAILABLE_OF_KINDS));
    fromPlaces =
        new Variants(
            schema.resolve(RiverJobSql.JOB_GET_AVAILABLE_FROM),
            schema.resolve(RiverJobSql.JOB_GET_AVAILABLE_OF_KIND_FROM),
            schema.resolve(RiverJobSql.JOB_GET_AVAILABLE_OF_KINDS_FROM));
  }

  List<ClaimedJob> run(Connection connection, JobGetAvailableParams params) throws SQLException {
    List<String> kinds = params.kinds();
    boolean bounded = !params.starts().isEmpty();
    Variants variants = bounded ? fromPlaces : fromTheBeginning;
    try (PreparedStatement statement = connection.prepareStatement(variants.sql(kinds))) {
      int parameter = 0;
      if (bounded) {
        var starts = new Columns<>(connection, ofAllPriorities(params.starts()));
        statement.setArray(++parameter, starts.int4(Start::priority));
        statement.setArray(++parameter, starts.text(Start::scheduledAt));
        statement.setArray(++parameter, starts.int8(Start::id));
      }
      statement.setString(++parameter, params.queue());
      if (kinds != null && kinds.size() == 1) {
        statement.setString(++parameter, kinds.getFirst());
      } else if (kinds != null) {
        statement.setArray(++parameter, new Columns<>(connection, kinds).text(kind -> kind));
      }
      statement.setInt(++parameter, params.max());
      if (bounded) {
        statement.setInt(++parameter, params.max());
      }
      statement.setString(++parameter, params.clientId());
      try (ResultSet rows = statement.executeQuery()) {
        var jobs = new ArrayList<ClaimedJob>();
        while (rows.next()) {
          jobs.add(JobRows.readClaimed(rows));
        }
        jobs.sort(Comparator.comparing(ClaimedJob::job, STARTING_ORDER));
        return jobs;
      }
    }
  }

  private static List<Start> ofAllPriorities(List<ClaimStart> given) {
    var starts = new ArrayList<Start>();
    for (int priority = 1; priority <= ClaimStart.PRIORITIES; priority++) {
      starts.add(new Start(priority, "-infinity", 0));
    }
    for (ClaimStart start : given) {
      String scheduledAt = Objects.requireNonNull(Times.text(start.scheduledAt()));
      starts.set(start.priority() - 1, new Start(start.priority(), scheduledAt, start.id()));
    }
    return starts;
  }

  /** A place as the statement takes it. */
  private record Start(int priority, String scheduledAt, long id) {}

  /** A statement for any kind, for one and for some: one alone is cheaper than an array of one. */
  private record Variants(String ofAny, String ofOne, String ofSome) {
    String sql(@Nullable List<String> kinds) {
      if (kinds == null) {
        return ofAny;
      }
      return kinds.size() == 1 ? ofOne : ofSome;
    }
  }
}
