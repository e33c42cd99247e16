package dev.gala.river.postgres;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds {@link IndexSql}. What builds or drops an index cannot be in a transaction: it has a
 * session of its own.
 */
final class IndexRebuilds {
  private static final Logger LOG = LoggerFactory.getLogger(IndexRebuilds.class);
  private static final String OR_ELSE =
      "rebuild no indexes: MaintenanceConfig.reindexIndexes(List.of())";

  /** So often the server is asked to end a rebuild, and no request may take so long. */
  private static final int MOST_REQUESTS = 5;

  private static final long LONGEST_REQUEST = TimeUnit.SECONDS.toNanos(3);
  private static final String SLOT = "/* index */";

  private final LimitedTransactions transactions;
  private final Sessions sessions;
  private final String artifactsSql;
  private final String existSql;

  IndexRebuilds(LimitedTransactions transactions, Sessions sessions, Schema schema) {
    this.transactions = transactions;
    this.sessions = sessions;
    artifactsSql = schema.resolve(IndexSql.INDEX_ARTIFACTS);
    existSql = schema.resolve(IndexSql.INDEXES_EXIST);
  }

  Set<String> exist(List<String> indexes) {
    return paths(indexes).keySet();
  }

  List<String> artifacts(String index) {
    return List.copyOf(artifactPaths(index).keySet());
  }

  List<String> dropArtifacts(String index, Duration limit) {
    Map<String, String> artifacts = artifactPaths(index);
    var dropped = new ArrayList<String>();
    for (Map.Entry<String, String> artifact : artifacts.entrySet()) {
      sessions.run(
          "dropping index " + artifact.getKey(),
          OR_ELSE,
          limit,
          (connection, statement) -> {
            statement.setQueryTimeout(seconds(limit));
            statement.execute(IndexSql.INDEX_DROP.replace(SLOT, artifact.getValue()));
          });
      dropped.add(artifact.getKey());
    }
    return dropped;
  }

  void reindex(String index, @Nullable Duration limit, Consumer<Runnable> canceller) {
    String path = paths(List.of(index)).get(index);
    if (path == null) {
      throw new RiverException(
          RiverError.NOT_FOUND, "there is no index " + index + " where River's tables are");
    }
    sessions.run(
        "rebuilding index " + index,
        OR_ELSE,
        limit,
        (connection, statement) -> {
          if (limit != null) {
            statement.setQueryTimeout(seconds(limit));
          }
          var ending = new Ending(connection, statement);
          canceller.accept(ending);
          try {
            statement.execute(IndexSql.INDEX_REINDEX.replace(SLOT, path));
          } finally {
            ending.over();
          }
        });
  }

  private Map<String, String> paths(List<String> indexes) {
    return transactions.run(
        "looking for indexes",
        Sessions.LOOK_LIMIT,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(existSql)) {
            statement.setArray(1, new Columns<>(connection, indexes).text(index -> index));
            return read(statement);
          }
        });
  }

  private Map<String, String> artifactPaths(String index) {
    return transactions.run(
        "looking for what remains of rebuilds of index " + index,
        Sessions.LOOK_LIMIT,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(artifactsSql)) {
            for (int parameter = 1; parameter <= 3; parameter++) {
              statement.setString(parameter, index);
            }
            return read(statement);
          }
        });
  }

  private static Map<String, String> read(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      var paths = new LinkedHashMap<String, String>();
      while (rows.next()) {
        paths.put(rows.getString("name"), rows.getString("path"));
      }
      return paths;
    }
  }

  /**
   * Ends a statement early. A server that does not do as it is asked, or cannot be asked, may have
   * vanished: the connection is broken off then.
   */
  private static final class Ending implements Runnable {
    private final Connection connection;
    private final Statement statement;
    private final AtomicInteger requests = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean over;

    Ending(Connection connection, Statement statement) {
      this.connection = connection;
      this.statement = statement;
    }

    @Override
    public void run() {
      if (requests.incrementAndGet() > MOST_REQUESTS || !ask()) {
        breakOff();
      }
    }

    private boolean ask() {
      long begun = System.nanoTime();
      try {
        statement.cancel();
        return System.nanoTime() - begun < LONGEST_REQUEST;
      } catch (SQLException e) {
        LOG.debug("a rebuild could not be cancelled", e);
        return false;
      }
    }

    /** Never a connection that is given back already, and may be somebody's. */
    private void breakOff() {
      lock.lock();
      try {
        if (!over) {
          over = true;
          LOG.warn("a rebuild could not be cancelled: its connection is broken off");
          connection.unwrap(Connection.class).abort(Runnable::run);
        }
      } catch (SQLException e) {
        LOG.debug("breaking off a connection failed", e);
      } finally {
        lock.unlock();
      }
    }

    void over() {
      lock.lock();
      try {
        over = true;
      } finally {
        lock.unlock();
      }
    }
  }

  private static int seconds(Duration limit) {
    return Math.clamp((limit.toMillis() + 999) / 1_000, 1, Integer.MAX_VALUE);
  }
}
