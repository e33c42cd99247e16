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

/** Binds {@link RiverJobSql#JOB_GET_AVAILABLE} and its kin, which start elsewhere or take less. */
final class JobGetAvailable {
  /** {@code RETURNING} promises no order. */
  private static final Comparator<JobRow> STARTING_ORDER =
      Comparator.comparingInt(JobRow::priority)
          .thenComparing(JobRow::scheduledAt)
          .thenComparingLong(JobRow::id);

  private final ByKinds fromTheBeginning;
  private final ByKinds fromPlaces;

  JobGetAvailable(Schema schema) {
    fromTheBeginning =
        new ByKinds(
            schema.resolve(RiverJobSql.JOB_GET_AVAILABLE),
            schema.resolve(RiverJobSql.JOB_GET_AVAILABLE_OF_KIND),
            schema.resolve(RiverJobSql.JOB_GET_AVAILABLE_OF_KINDS));
    fromPlaces =
        new ByKinds(
            schema.resolve(RiverJobSql.JOB_GET_AVAILABLE_FROM),
            schema.resolve(RiverJobSql.JOB_GET_AVAILABLE_OF_KIND_FROM),
            schema.resolve(RiverJobSql.JOB_GET_AVAILABLE_OF_KINDS_FROM));
  }

  List<ClaimedJob> run(Connection connection, JobGetAvailableParams params) throws SQLException {
    boolean bounded = !params.starts().isEmpty();
    ByKinds variants = bounded ? fromPlaces : fromTheBeginning;
    try (PreparedStatement statement = connection.prepareStatement(variants.sql(params.kinds()))) {
      int bound = 0;
      if (bounded) {
        Place.bind(connection, statement, ofAllPriorities(params.starts()));
        bound = Place.PARAMETERS;
      }
      statement.setString(++bound, params.queue());
      bound = ByKinds.bind(connection, statement, bound, params.kinds());
      statement.setInt(++bound, params.max());
      if (bounded) {
        statement.setInt(++bound, params.max());
      }
      statement.setString(++bound, params.clientId());
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

  private static List<Place> ofAllPriorities(List<ClaimStart> starts) {
    var places = new ArrayList<Place>();
    for (int priority = 1; priority <= ClaimStart.PRIORITIES; priority++) {
      places.add(Place.beginning(priority));
    }
    starts.forEach(start -> places.set(start.priority() - 1, Place.of(start)));
    return places;
  }
}
