package dev.gala.river.postgres;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.JobRescueParams;
import dev.gala.river.driver.JobScheduleParams;
import dev.gala.river.driver.Maintenance;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Binds {@link RiverMaintenanceSql}. But for making due jobs available, one statement runs at a
 * time: however long they take, claims and completions have the other connections.
 */
final class PostgresMaintenance implements Maintenance {
  private final LimitedTransactions transactions;
  private final JobDeleteBefore deleteBefore;
  private final IndexRebuilds indexes;
  private final JobRescueMany rescueMany;
  private final JobSchedule schedule;
  private final ReentrantLock turn = new ReentrantLock(true);
  private final String deleteExpired;
  private final String getStuck;

  PostgresMaintenance(LimitedTransactions transactions, Sessions sessions, Schema schema) {
    this.transactions = transactions;
    this.indexes = new IndexRebuilds(transactions, sessions, schema);
    this.rescueMany = new JobRescueMany(schema);
    this.schedule = new JobSchedule(schema);
    this.deleteBefore = new JobDeleteBefore(schema);
    deleteExpired = schema.resolve(RiverMaintenanceSql.QUEUE_DELETE_EXPIRED);
    getStuck = schema.resolve(RiverMaintenanceSql.JOB_GET_STUCK);
  }

  @Override
  public List<String> indexArtifacts(String index) {
    return indexes.artifacts(index);
  }

  @Override
  public List<String> indexDropArtifacts(String index, Duration limit) {
    return indexes.dropArtifacts(index, limit);
  }

  @Override
  public void indexReindex(String index, @Nullable Duration limit, Consumer<Runnable> canceller) {
    indexes.reindex(index, limit, canceller);
  }

  @Override
  public Set<String> indexesExist(List<String> names) {
    return indexes.exist(names);
  }

  @Override
  public JobsDeleted jobDeleteBefore(JobDeleteBeforeParams params, Duration limit) {
    String doing =
        "deleting up to " + params.max() + " old " + params.state().wireName() + " job(s)";
    return Refusals.orInParts(
        () -> inTurn(doing, limit, connection -> deleteBefore.run(connection, params)),
        () -> inTurn(doing, limit, connection -> deleteBefore.runInParts(connection, params)));
  }

  @Override
  public List<ClaimedJob> jobGetStuck(JobGetStuckParams params, Duration limit) {
    return inTurn(
        "looking for up to " + params.max() + " stuck job(s)",
        limit,
        connection -> getStuck(connection, params));
  }

  private List<ClaimedJob> getStuck(Connection connection, JobGetStuckParams params)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(getStuck)) {
      statement.setLong(1, Times.micros(params.age()));
      statement.setLong(2, params.afterId());
      statement.setInt(3, params.max());
      try (ResultSet rows = statement.executeQuery()) {
        var stuck = new ArrayList<ClaimedJob>();
        while (rows.next()) {
          stuck.add(JobRows.readClaimed(rows));
        }
        return stuck;
      }
    }
  }

  @Override
  public List<Long> jobRescueMany(List<JobRescueParams> jobs, Duration limit) {
    if (jobs.isEmpty()) {
      return List.of();
    }
    return inTurn(
        "rescuing " + jobs.size() + " job(s)",
        limit,
        connection -> rescueMany.run(connection, jobs));
  }

  @Override
  public int jobSchedule(JobScheduleParams params, Duration limit) {
    String doing = "making up to " + params.max() + " waiting job(s) available";
    return Refusals.orInParts(
        () -> transactions.run(doing, limit, connection -> schedule.run(connection, params)),
        () ->
            transactions.run(doing, limit, connection -> schedule.runInParts(connection, params)));
  }

  @Override
  public List<String> queueDeleteExpired(QueueDeleteExpiredParams params, Duration limit) {
    return inTurn(
        "deleting up to " + params.max() + " forgotten queue(s)",
        limit,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(deleteExpired)) {
            statement.setLong(1, Times.micros(params.age()));
            statement.setInt(2, params.max());
            try (ResultSet rows = statement.executeQuery()) {
              var names = new ArrayList<String>();
              while (rows.next()) {
                names.add(rows.getString(1));
              }
              return names;
            }
          }
        });
  }

  private <T> T inTurn(String doing, Duration limit, SqlWork<T> work) {
    turn.lock();
    try {
      return transactions.run(doing, limit, work);
    } finally {
      turn.unlock();
    }
  }
}
