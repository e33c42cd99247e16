package dev.gala.river.postgres;

import dev.gala.river.driver.Listener;
import dev.gala.river.driver.Notification;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that listens until it is closed. Nothing is replayed that came while none did. */
final class PostgresListener implements Listener {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresListener.class);

  /** After so much silence the connection is asked for a sign of life. */
  static final Duration SILENCE = Duration.ofSeconds(5);

  private static final int PING_SECONDS = 5;

  private final Connection connection;
  private final PGConnection postgres;
  private final int patienceMillis;
  private final Map<String, NotificationTopic> topics;

  /** Held while waiting: pgjdbc's connection is for one thread. */
  private final ReentrantLock waiting = new ReentrantLock();

  /** Whether the connection was borrowed out of auto-commit mode, and is to go back so. */
  private final boolean manual;

  /** Whether a limit on how long an answer may take is to be lifted. */
  private final boolean limited;

  private volatile boolean closed;
  private int silentMillis;

  private PostgresListener(
      Connection connection,
      boolean manual,
      boolean limited,
      Map<String, NotificationTopic> topics,
      int patienceMillis)
      throws SQLException {
    this.connection = connection;
    this.manual = manual;
    this.limited = limited;
    this.postgres = connection.unwrap(PGConnection.class);
    this.topics = topics;
    this.patienceMillis = patienceMillis;
  }

  /**
   * Connects and listens.
   *
   * @param silence after how much of it the connection is asked for a sign of life
   */
  static PostgresListener open(
      ListeningPlace place, Schema schema, Set<NotificationTopic> topics, Duration silence) {
    Connection connection;
    try {
      connection = place.connect();
    } catch (SQLException e) {
      throw SqlStates.unavailable("listening", place.location(), e);
    }
    boolean limited = place.answers().set(connection);
    try {
      boolean manual = !connection.getAutoCommit();
      if (manual) {
        connection.setAutoCommit(true);
      }
      Map<String, NotificationTopic> channels = listen(connection, schema, topics);
      return new PostgresListener(connection, manual, limited, channels, (int) silence.toMillis());
    } catch (SQLException e) {
      giveBack(connection, limited);
      throw SqlStates.failure("listening", e, SqlStates.Commit.NOT_OURS);
    }
  }

  private static Map<String, NotificationTopic> listen(
      Connection connection, Schema schema, Set<NotificationTopic> topics) throws SQLException {
    var channels = new HashMap<String, NotificationTopic>();
    try (Statement statement = connection.createStatement()) {
      String prefix = prefix(statement, schema);
      for (NotificationTopic topic : topics) {
        String channel = prefix + topic.wireName();
        statement.execute("listen \"" + channel.replace("\"", "\"\"") + '"');
        channels.put(channel, topic);
      }
    }
    return channels;
  }

  private static String prefix(Statement statement, Schema schema) throws SQLException {
    String name = schema.name();
    if (name == null) {
      try (ResultSet row = statement.executeQuery(NotificationSql.CURRENT_SCHEMA)) {
        row.next();
        name = row.getString(1);
      }
    }
    return name.isEmpty() ? "" : name + ".";
  }

  @Override
  public List<Notification> await(Duration timeout) {
    waiting.lock();
    try {
      int left = (int) Math.max(1, Math.min(timeout.toMillis(), Integer.MAX_VALUE));
      while (left > 0) {
        if (closed) {
          throw new RiverException(
              RiverError.CLIENT_STATE, "the listener is closed: open another to go on listening");
        }
        int slice = Math.min(left, patienceMillis - silentMillis);
        List<Notification> notifications = received(postgres.getNotifications(slice));
        if (!notifications.isEmpty()) {
          silentMillis = 0;
          return notifications;
        }
        left -= slice;
        silentMillis += slice;
        if (silentMillis >= patienceMillis) {
          ping();
          silentMillis = 0;
        }
      }
      return List.of();
    } catch (SQLException e) {
      if (closed) {
        return List.of();
      }
      throw lost(e);
    } finally {
      waiting.unlock();
    }
  }

  private List<Notification> received(PGNotification @Nullable [] notifications) {
    if (notifications == null) {
      return List.of();
    }
    var received = new ArrayList<Notification>(notifications.length);
    for (PGNotification notification : notifications) {
      NotificationTopic topic = topics.get(notification.getName());
      if (topic != null) {
        received.add(new Notification(topic, notification.getParameter()));
      }
    }
    return received;
  }

  private void ping() throws SQLException {
    if (!connection.isValid(PING_SECONDS)) {
      throw new SQLException("no sign of life from the server", "08006");
    }
  }

  private static RiverException lost(SQLException failure) {
    return new RiverException(
        RiverError.DATABASE_UNAVAILABLE,
        "the listening connection is lost: "
            + SqlStates.described(failure)
            + "; connect again, and look for what came meanwhile",
        failure,
        true);
  }

  /** A connection that somebody waits on is broken off; another is given back clean. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (!waiting.tryLock()) {
      abort();
      waiting.lock();
    }
    try {
      unlisten();
    } finally {
      waiting.unlock();
      giveBack(connection, limited);
    }
  }

  private void abort() {
    try {
      connection.unwrap(Connection.class).abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("breaking off the listening connection failed", e);
    }
  }

  private void unlisten() {
    try {
      if (!connection.isClosed()) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("unlisten *");
        }
        if (manual) {
          connection.setAutoCommit(false);
        }
      }
    } catch (SQLException e) {
      LOG.debug("the listening connection could not be given back clean", e);
    }
  }

  private static void giveBack(Connection connection, boolean limited) {
    if (limited) {
      AnswerLimit.lift(connection);
    }
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("closing the listening connection failed", e);
    }
  }
}
