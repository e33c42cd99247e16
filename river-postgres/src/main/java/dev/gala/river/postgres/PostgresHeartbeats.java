package dev.gala.river.postgres;

import dev.gala.river.driver.Heartbeats;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The heartbeats of one client, on a connection of their own. */
final class PostgresHeartbeats implements Heartbeats {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresHeartbeats.class);
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final Connections connections;
  private final OwnTransactions work;
  private final ClientBeat beat;
  private final ClientRescue rescue;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Connection kept;
  private boolean autoCommitBefore;
  private int timeoutBefore;

  /**
   * Heartbeats, not connected yet.
   *
   * @param work the engine's other transactions
   * @param patience how long one renewal may take
   */
  PostgresHeartbeats(
      Connections connections, OwnTransactions work, Schema schema, Duration patience) {
    this.connections = connections;
    this.work = work;
    this.beat = new ClientBeat(schema, patience);
    this.rescue = new ClientRescue(schema);
    this.patience = patience;
  }

  @Override
  public Beat beat(BeatParams params) {
    return onKept(
        "renewing the heartbeat of client " + params.clientId(),
        connection -> beat.run(connection, params));
  }

  @Override
  public void leave(String clientId) {
    onKept(
        "deleting the heartbeat of client " + clientId,
        connection -> beat.leave(connection, clientId));
  }

  @Override
  public Rescue rescue(RescueParams params) {
    String doing = "putting back the jobs of " + params.dead().size() + " dead client(s)";
    return Refusals.orInParts(
        () -> work.runMany(doing, connection -> rescue.run(connection, params)),
        () -> work.runMany(doing, connection -> rescue.runInParts(connection, params)));
  }

  @Override
  public List<RunningAttempt> running(String clientId, List<String> queues, int max) {
    if (queues.isEmpty() || max <= 0) {
      return List.of();
    }
    return work.run(
        "asking what runs in the name of client " + clientId,
        connection -> beat.running(connection, clientId, queues, max));
  }

  @Override
  public void close() {
    lock.lock();
    try {
      giveBack();
    } finally {
      lock.unlock();
    }
  }

  private <T> T onKept(String doing, SqlWork<T> statement) {
    lock.lock();
    try {
      Connection connection = connected(doing);
      boolean done = false;
      try {
        T result = statement.run(connection);
        done = true;
        return result;
      } catch (SQLException e) {
        throw SqlStates.failure(doing, e, SqlStates.Commit.OURS);
      } finally {
        if (!done) {
          // Whatever it was, the next one is not to suffer from it.
          giveBack();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private Connection connected(String doing) {
    Connection current = kept;
    if (current != null) {
      return current;
    }
    Connection made;
    try {
      made = connections.borrowToBeat();
    } catch (SQLException e) {
      throw SqlStates.unavailable(doing, connections.location(), e);
    }
    kept = made;
    try {
      autoCommitBefore = made.getAutoCommit();
      timeoutBefore = made.getNetworkTimeout();
      made.setAutoCommit(true);
      // The server is to give up first: a statement that goes on there would hold its locks.
      made.setNetworkTimeout(Runnable::run, Math.toIntExact(patience.plus(MARGIN).toMillis()));
    } catch (SQLException e) {
      giveBack();
      throw SqlStates.failure(doing, e, SqlStates.Commit.OURS);
    }
    return made;
  }

  private void giveBack() {
    Connection connection = kept;
    if (connection == null) {
      return;
    }
    kept = null;
    try (connection) {
      if (!connection.isClosed()) {
        connection.setAutoCommit(autoCommitBefore);
        connection.setNetworkTimeout(Runnable::run, timeoutBefore);
      }
    } catch (SQLException e) {
      LOG.debug("giving back the connection of heartbeats failed; it is broken", e);
    }
  }
}
