package dev.gala.river.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.job.ConnectionPool;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Two small pools of the driver's own, of fixed size, in auto-commit mode: however many insert at
 * once, claims and completions have connections of theirs. Listening goes beside them.
 */
final class PooledConnections implements Connections {
  /** What the engine's own work needs: claims, completions, the scheduler. */
  private static final int MOST_FOR_THE_ENGINE = 4;

  /**
   * Where a leader's long statement leaves one for claims and completions, and one for its term.
   */
  private static final int ENOUGH_FOR_THE_ENGINE = 3;

  /**
   * The server gives up before we do: a statement that nobody waits for any more would hold its
   * connection, and its locks. A row that somebody locks is waited for a little. No statement of
   * ours wants to read a table from end to end: a plan made while the table was empty, which may
   * stay for long, must not say so. Through a transaction pooler all this would stick to sessions
   * of others; there no plan stays either, and the timeouts are the role's matter.
   */
  static final String SETTINGS =
      "set statement_timeout = '30s'; set lock_timeout = '2s'; set enable_seqscan = off";

  /**
   * The engine's own statements have one right plan each, whatever their parameters. Left to
   * itself, the server makes a new one for every claim, for the sake of its limit: a fifth of what
   * a claim costs.
   */
  static final String ENGINE_SETTINGS = SETTINGS + "; set plan_cache_mode = force_generic_plan";

  /**
   * What a worker does may take its time, and its timeouts are its own matter. But one that is gone
   * must not keep its locks: a machine that vanished is noticed before the two hours of the
   * system's default, and a connection that was broken off while its statement runs; where the
   * server's platform can do that.
   */
  private static final String WORK_SETTINGS =
      """
      set tcp_keepalives_idle = 30;
      set tcp_keepalives_interval = 10;
      set tcp_keepalives_count = 3;
      do $$ begin
        perform set_config('client_connection_check_interval', '5s', false);
      exception when others then null;
      end $$
      """;

  private final DataSource single;
  private final HikariDataSource engine;
  private final HikariDataSource inserts;
  private final ListeningPlace listening;
  private final String location;
  private final boolean throughPooler;

  private PooledConnections(
      DataSource single, DatabaseConfig database, ListeningPlace listening, String location) {
    int forTheEngine = forTheEngine(database.maxConnections());
    boolean pooler = database.throughPooler();
    this.single = single;
    this.engine = pool(single, "gala-engine", forTheEngine, pooler ? null : ENGINE_SETTINGS);
    this.inserts =
        pool(
            single,
            "gala-insert",
            database.maxConnections() - forTheEngine,
            pooler ? null : SETTINGS);
    this.listening = listening;
    this.location = location;
    this.throughPooler = pooler;
  }

  /**
   * Connects once, and then makes the pool, which fills in the background.
   *
   * @throws RiverException if the server cannot be reached, refuses us or is too old
   */
  static PooledConnections open(DatabaseUrl url, DatabaseConfig database) {
    if (database.maxConnections() < 2) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "maxConnections is " + database.maxConnections() + ": give 2 or more");
    }
    DataSource single =
        DirectConnections.of(url, database.applicationName(), database.throughPooler());
    try (Connection connection = single.getConnection()) {
      ServerVersion.check(connection);
    } catch (SQLException e) {
      throw SqlStates.notOpened(url.location(), e);
    }
    var listening = ListeningPlace.of(database, single, url.location(), AnswerLimit.NONE);
    return new PooledConnections(single, database, listening, url.location());
  }

  /** At least one is left for inserts. */
  static int forTheEngine(int max) {
    return Math.min(Math.clamp(max / 2, ENOUGH_FOR_THE_ENGINE, MOST_FOR_THE_ENGINE), max - 1);
  }

  private static HikariDataSource pool(
      DataSource single, String name, int size, @Nullable String settings) {
    return new HikariDataSource(config(single, name, size, settings));
  }

  private static HikariConfig config(
      DataSource single, String name, int size, @Nullable String settings) {
    var config = new HikariConfig();
    config.setDataSource(single);
    config.setPoolName(name);
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(DirectConnections.CONNECT_TIMEOUT.toMillis());
    config.setConnectionInitSql(settings);
    config.setInitializationFailTimeout(-1);
    return config;
  }

  @Override
  public Connection borrow() throws SQLException {
    refuseIfClosed();
    return engine.getConnection();
  }

  @Override
  public Connection borrowToBeat() throws SQLException {
    refuseIfClosed();
    return single.getConnection();
  }

  @Override
  public Connection borrowToInsert() throws SQLException {
    refuseIfClosed();
    return inserts.getConnection();
  }

  @Override
  public Connection borrowToKeep() throws SQLException {
    refuseIfClosed();
    return patient(single.getConnection());
  }

  @Override
  public ConnectionPool pool(int max) {
    refuseIfClosed();
    HikariConfig config = config(single, "gala-work", max, throughPooler ? null : WORK_SETTINGS);
    config.setMinimumIdle(0);
    var work = new HikariDataSource(config);
    return new WorkConnections(() -> patient(work.getConnection()), location, work::close);
  }

  private static Connection patient(Connection connection) throws SQLException {
    try {
      connection.setNetworkTimeout(Runnable::run, 0);
      return connection;
    } catch (SQLException e) {
      try {
        connection.close();
      } catch (SQLException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /** They are made with one. */
  @Override
  public AnswerLimit answers() {
    return AnswerLimit.NONE;
  }

  @Override
  public ListeningPlace listening() {
    refuseIfClosed();
    return listening;
  }

  private void refuseIfClosed() {
    if (engine.isClosed()) {
      throw new RiverException(
          RiverError.CLIENT_STATE, "the driver is closed: open another to use the database");
    }
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public void close() {
    inserts.close();
    engine.close();
  }
}
