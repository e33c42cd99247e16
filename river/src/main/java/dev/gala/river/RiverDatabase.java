package dev.gala.river;

import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.DriverProvider;
import dev.gala.river.job.ConnectionPool;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.migrate.Migrator;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.ServiceLoader;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A database with River's tables, and the engine's own connections to it. Any number of clients may
 * share one. Safe for use by many threads.
 */
public final class RiverDatabase implements AutoCloseable {
  private static final int DEFAULT_CONNECTIONS = 8;
  private static final String DEFAULT_APPLICATION_NAME = "gala";

  private final Driver driver;

  private RiverDatabase(Driver driver) {
    this.driver = driver;
  }

  /**
   * Connects with the defaults.
   *
   * @param url {@code postgres[ql]://…} as libpq writes it, or {@code jdbc:postgresql:…}
   * @throws RiverException if the URL is bad, the database cannot be reached, or is too old
   */
  public static RiverDatabase connect(String url) {
    return at(url).connect();
  }

  /** A database by its URL, with settings to come. */
  public static Builder at(String url) {
    return new Builder(new DatabaseConfig.Url(url));
  }

  /** A database by the application's pool, with settings to come. */
  public static Builder at(DataSource dataSource) {
    return new Builder(new DatabaseConfig.Pool(dataSource));
  }

  /**
   * A new connection to the same database, for the caller to use and to close: in auto-commit mode,
   * and with no limit on how long an answer takes. Where this was opened by a pool of the
   * application's, it is one of that pool's, as that gives it.
   *
   * @throws RiverException with {@link RiverError#DATABASE_UNAVAILABLE} if it cannot be had
   */
  public Connection openConnection() {
    return driver.connect();
  }

  /**
   * Connections to the same database for what workers do: of their own, so that claims and
   * completions do not wait for them. Where this was opened by a pool of the application's, they
   * are that pool's.
   *
   * @param max the most at once; a given pool has a size of its own
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if it is less than 1
   */
  public ConnectionPool pool(int max) {
    if (max < 1) {
      throw new RiverException(
          RiverError.PARAMS_INVALID, "a pool of " + max + " connections: give at least 1");
    }
    return driver.pool(max);
  }

  /** The jobs, to look at and to change by hand. */
  public Jobs jobs() {
    return new Jobs(driver, InstantSource.system());
  }

  /** The queues, to look at, pause and resume. */
  public Queues queues() {
    return new Queues(driver);
  }

  /** Lists and applies migrations: of River's tables, and of those this engine has beside them. */
  public Migrator migrator() {
    return new Migrator(driver);
  }

  /**
   * Lists and applies migrations of one line only.
   *
   * @param line {@link Migrator#MAIN_LINE} or {@link Migrator#GALA_LINE}
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if it is neither
   */
  public Migrator migrator(String line) {
    return new Migrator(driver, line);
  }

  /** Closes the engine's connections; clients that still use them fail. Idempotent. */
  @Override
  public void close() {
    driver.close();
  }

  Driver driver() {
    return driver;
  }

  /** Settings of a connection. Not safe for use by many threads. */
  public static final class Builder {
    private final DatabaseConfig.Source source;
    private @Nullable String schema;
    private String applicationName = DEFAULT_APPLICATION_NAME;
    private int maxConnections = DEFAULT_CONNECTIONS;
    private @Nullable DataSource engineDataSource;
    private @Nullable String listenUrl;
    private boolean throughPooler;

    private Builder(DatabaseConfig.Source source) {
      this.source = source;
    }

    /** The schema of River's tables; null, the default, means the connection's search path. */
    public Builder schema(@Nullable String schema) {
      this.schema = schema;
      return this;
    }

    /**
     * Shown in {@code pg_stat_activity}; {@code gala} by default. A given pool has settings of its
     * own instead.
     */
    public Builder applicationName(String applicationName) {
      this.applicationName = applicationName;
      return this;
    }

    /**
     * The most connections the engine opens, besides the two that a running client keeps for its
     * heartbeat and for listening; 8 by default, at least 2, and 4 where a client may lead. Three
     * or four are for the engine's own work, as claims and completions, and the rest, one at least,
     * for inserts in transactions of their own. A given pool has a size of its own instead: it
     * needs at least 4, or an {@link #engineDataSource}.
     */
    public Builder maxConnections(int maxConnections) {
      this.maxConnections = maxConnections;
      return this;
    }

    /**
     * Beside a given pool, another for the engine's own work: claims, completions, maintenance and
     * listening. Then they never wait for connections that handlers and inserts hold. Null, the
     * default, means the same pool, which must have connections to spare. With a URL the engine has
     * a pool of its own anyway, and this is refused.
     */
    public Builder engineDataSource(@Nullable DataSource engineDataSource) {
      this.engineDataSource = engineDataSource;
      return this;
    }

    /**
     * Another URL for the connection that listens, leading to the same database by itself and not
     * through a transaction pooler; null, the default, means that all connections lead the same
     * way.
     */
    public Builder listenUrl(@Nullable String listenUrl) {
      this.listenUrl = listenUrl;
      return this;
    }

    /**
     * Whether the URL or pool leads through a transaction pooler, for instance PgBouncer; false by
     * default. If so, no session is given settings, nothing is prepared on the server, and clients
     * either listen at {@link #listenUrl} or poll only. The timeouts that sessions have otherwise
     * are then the role's matter.
     */
    public Builder throughPooler(boolean throughPooler) {
      this.throughPooler = throughPooler;
      return this;
    }

    /**
     * Connects.
     *
     * @throws RiverException if a setting is bad, the database cannot be reached, or is too old
     */
    public RiverDatabase connect() {
      if (maxConnections < 2) {
        throw new RiverException(
            RiverError.CONFIG_INVALID, "maxConnections is " + maxConnections + ": give at least 2");
      }
      if (engineDataSource != null && source instanceof DatabaseConfig.Url) {
        throw new RiverException(
            RiverError.CONFIG_INVALID,
            "engineDataSource is given beside a URL, of which the engine makes a pool of its own:"
                + " leave it out, or give a DataSource instead of the URL too");
      }
      var config =
          new DatabaseConfig(
              source,
              schema,
              applicationName,
              maxConnections,
              engineDataSource,
              listenUrl,
              throughPooler);
      for (DriverProvider provider : ServiceLoader.load(DriverProvider.class)) {
        if (provider.accepts(config)) {
          return new RiverDatabase(provider.open(config));
        }
      }
      throw noDriver();
    }

    private RiverException noDriver() {
      boolean any = ServiceLoader.load(DriverProvider.class).findFirst().isPresent();
      if (!any) {
        return new RiverException(
            RiverError.DRIVER_MISSING,
            "no database driver found: put dev.gala:gala-river-postgres on the class path");
      }
      return new RiverException(
          RiverError.DATABASE_URL_INVALID,
          "not a database URL: begin it with postgres://, postgresql:// or jdbc:postgresql:");
    }
  }
}
