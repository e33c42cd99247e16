package dev.gala.test.postgres;

import dev.gala.test.postgres.EmbeddedPostgresException.Reason;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A throw-away PostgreSQL server on this machine. It ends, and its data is deleted, when it is
 * closed or when this JVM ends in whatever way, {@code kill -9} included; see the package's
 * description for how.
 *
 * <pre>{@code
 * try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
 *     Connection connection = postgres.connect()) {
 *   …
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads. At the end of the JVM the server stops after the last
 * shutdown hook has run, so hooks may still use it.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(90);
  private static final Duration KEEP_PATIENCE = Duration.ofSeconds(10);
  private static final String DATABASE = "postgres";

  private final ReentrantLock lock = new ReentrantLock();
  private final RunningServer server;
  private boolean closed;

  private EmbeddedPostgres(RunningServer server) {
    this.server = server;
  }

  /**
   * Starts a server with settings for tests: no fsync, no waiting for the disk.
   *
   * @throws EmbeddedPostgresException if that is impossible here, with the remedy
   */
  public static EmbeddedPostgres start() {
    return builder().start();
  }

  /** A builder that starts a server with settings for tests unless told otherwise. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The URL of the database {@code postgres} with user and password, as psql and other programs
   * take it: {@code postgres://postgres:…@127.0.0.1:…/postgres}. Never null.
   */
  public String url() {
    return url(DATABASE);
  }

  /** Like {@link #url()}, for the database of this name, which need not exist. */
  public String url(String database) {
    return address(database).url();
  }

  /** The URL of the database {@code postgres} with user and password, as JDBC takes it. */
  public String jdbcUrl() {
    return jdbcUrl(DATABASE);
  }

  /** Like {@link #jdbcUrl()}, for the database of this name, which need not exist. */
  public String jdbcUrl(String database) {
    return address(database).jdbcUrl();
  }

  /**
   * Opens a connection to the database {@code postgres} as superuser; the caller closes it.
   *
   * @throws SQLException if the server is stopped or has no connection left
   */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl());
  }

  /** The port on 127.0.0.1. It stays the same over a restart. */
  public int port() {
    return server.port();
  }

  /** The superuser's name, {@code postgres}. */
  public String user() {
    return Template.USER;
  }

  /** The superuser's password, random letters and digits. */
  public String password() {
    return server.password();
  }

  /** The data directory, which exists until the server is closed. */
  public Path dataDirectory() {
    return server.data();
  }

  /** The file that the server logs to, in the data directory. */
  public Path logFile() {
    return server.log();
  }

  /** The process id of the server, or of the last one when it is stopped. */
  public long pid() {
    lock.lock();
    try {
      return server.pid();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the server process runs. */
  public boolean isRunning() {
    lock.lock();
    try {
      return !closed && server.isRunning();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops the server as an administrator would: open transactions are rolled back, connections are
   * ended, committed data stays. Port and data are kept for {@link #restart()}. Does nothing when
   * it is stopped.
   *
   * @throws IllegalStateException if it is closed
   * @throws EmbeddedPostgresException if it does not stop
   */
  public void stop() {
    end("INT");
  }

  /**
   * Stops the server as a power failure would: at once, leaving recovery to the next start. Does
   * nothing when it is stopped.
   *
   * @throws IllegalStateException if it is closed
   * @throws EmbeddedPostgresException if it does not stop
   */
  public void crash() {
    end("QUIT");
  }

  /**
   * Starts the server again on the same port and data, stopping it first when it runs.
   *
   * @throws IllegalStateException if it is closed
   * @throws EmbeddedPostgresException if it does not start
   */
  public void restart() {
    lock.lock();
    try {
      requireOpen();
      server.end("INT", Deadline.in(STOP_PATIENCE));
      server.start();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes the server outlive this object and this JVM. From now on {@link #close()} leaves it
   * running; when it is stopped with the command returned, its data is still deleted.
   *
   * @return a shell command that stops the server, for the user who runs this JVM
   * @throws IllegalStateException if it is closed or stopped
   */
  public String keepRunning() {
    lock.lock();
    try {
      requireOpen();
      if (!server.isRunning()) {
        throw new IllegalStateException("the server is stopped: call restart() before keeping it");
      }
      server.keep(Deadline.in(KEEP_PATIENCE));
      return "kill -INT " + server.pid();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops the server at once and deletes its data, unless it is kept. Does nothing when it is
   * closed already.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        server.close();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Tells the port and data directory; the password stays out of logs. */
  @Override
  public String toString() {
    return "PostgreSQL at 127.0.0.1:" + port() + " in " + dataDirectory();
  }

  /** The process id of the server's watcher. */
  long watcherId() {
    return server.watcherId();
  }

  PostgresUrl address(String database) {
    return new PostgresUrl(Template.USER, password(), "127.0.0.1:" + port(), database, Map.of());
  }

  private void end(String signal) {
    lock.lock();
    try {
      requireOpen();
      server.end(signal, Deadline.in(STOP_PATIENCE));
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
  }

  /** How a server is to be. Not safe for use by several threads. */
  public static final class Builder {
    private static final int MAX_PORT = 65_535;

    private ServerSettings settings = ServerSettings.fast();
    private ServerSettings extra = new ServerSettings(Map.of());
    private Duration startTimeout = Duration.ofSeconds(30);
    private int port;
    private @Nullable Path cache;
    private @Nullable Path directory;
    private ServerUser.@Nullable Mode rootMode;

    private Builder() {}

    /**
     * Turns fsync, synchronous_commit and full_page_writes on: committed data survives a crash of
     * the machine, at the speed that this costs. For demonstrations and measurements.
     */
    public Builder durable() {
      settings = ServerSettings.durable();
      return this;
    }

    /**
     * Sets a parameter of postgresql.conf, over any that this class sets itself.
     *
     * @param name for instance {@code max_connections}; for the port there is {@link #port(int)}
     * @param value as it would stand between quotes in the file, with its unit if it has one
     * @throws IllegalArgumentException if the name cannot be one, or the value has several lines
     */
    public Builder setting(String name, String value) {
      if (name.equals("port")) {
        throw new IllegalArgumentException("set the port with port(" + value + ")");
      }
      extra = extra.with(name, value);
      return this;
    }

    /**
     * Sets the port; without it a free one is chosen.
     *
     * @param port from 1 to 65535, or 0 for a free one
     * @throws IllegalArgumentException if it is out of this range
     */
    public Builder port(int port) {
      if (port < 0 || port > MAX_PORT) {
        throw new IllegalArgumentException(
            "the port is %d, and must be from 0 (any free one) to %d".formatted(port, MAX_PORT));
      }
      this.port = port;
      return this;
    }

    /**
     * Sets where the server's directory is made; without it, in {@code java.io.tmpdir}.
     * Measurements want a real disk, and the temporary directory may be none.
     *
     * @param directory a directory in which the server's user may create one
     */
    public Builder directory(Path directory) {
      this.directory = Objects.requireNonNull(directory, "directory");
      return this;
    }

    /**
     * Sets where binaries and templates are cached; without it, in {@code
     * $XDG_CACHE_HOME/gala-postgres} or {@code ~/.cache/gala-postgres}, or in {@code
     * java.io.tmpdir} where those cannot be used.
     *
     * @param cache a directory of the user who runs this JVM; created when it is missing
     */
    public Builder cacheDirectory(Path cache) {
      this.cache = Objects.requireNonNull(cache, "cache");
      return this;
    }

    /**
     * Sets how long the server may take to become ready, 30 seconds by default. Unpacking and
     * initialising, which happen once per machine, do not count.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder startTimeout(Duration timeout) {
      if (!timeout.isPositive()) {
        throw new IllegalArgumentException(
            "the start timeout is %s, and must be positive".formatted(timeout));
      }
      this.startTimeout = timeout;
      return this;
    }

    /** For tests: how to run as root, instead of the first way that works. */
    Builder rootMode(ServerUser.Mode mode) {
      this.rootMode = mode;
      return this;
    }

    /**
     * Starts the server and returns when it accepts connections.
     *
     * @throws EmbeddedPostgresException if that is impossible here, with the remedy
     */
    public EmbeddedPostgres start() {
      try {
        return new EmbeddedPostgres(launch());
      } catch (UncheckedIOException e) {
        throw new EmbeddedPostgresException(
            Reason.START_FAILED, "%s: %s".formatted(e.getMessage(), e.getCause()), e);
      }
    }

    private RunningServer launch() {
      Platform platform = Platform.current();
      ServerUser user = ServerUser.detect(rootMode);
      Workspace workspace = Workspace.choose(user, System.getenv(), cache, directory);
      Binaries binaries = Binaries.unpack(platform, workspace.installs());
      Template template = Template.initialise(binaries, workspace, user);
      StaleServers.sweep(workspace.servers(), user, binaries);
      ServerSettings all = settings;
      for (var entry : extra.values().entrySet()) {
        all = all.with(entry.getKey(), entry.getValue());
      }
      Path home = workspace.servers().resolve(StaleServers.newName());
      Site site = new Site(user, binaries, template, home);
      RunningServer server = new RunningServer(Watcher.start(site), site, startTimeout);
      try {
        server.prepare(all, port);
        server.start();
      } catch (RuntimeException | Error e) {
        server.close();
        throw e;
      }
      return server;
    }
  }
}
