package dev.gala.river.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/** Makes connections of a URL, pooled by nobody. */
final class DirectConnections {
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /**
   * How long an answer may take: a server that vanished without a word is noticed then. Migrations
   * lift it.
   */
  static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  private DirectConnections() {}

  /**
   * What the URL does not say is set here. Preparing on the server after five uses and binary
   * transfer are pgjdbc's defaults, and right, but not through a transaction pooler.
   */
  static DataSource of(DatabaseUrl url, String applicationName, boolean throughPooler) {
    var dataSource = new PGSimpleDataSource();
    try {
      dataSource.setURL(url.jdbcUrl());
      for (Map.Entry<String, String> property : url.properties().entrySet()) {
        dataSource.setProperty(property.getKey(), property.getValue());
      }
      Properties given = Driver.parseURL(url.jdbcUrl(), null);
      for (Map.Entry<PGProperty, String> usual :
          defaults(applicationName, throughPooler).entrySet()) {
        String name = usual.getKey().getName();
        if (!url.properties().containsKey(name) && !given.containsKey(name)) {
          dataSource.setProperty(usual.getKey(), usual.getValue());
        }
      }
    } catch (SQLException e) {
      throw SqlStates.notOpened(url.location(), e);
    }
    return dataSource;
  }

  private static Map<PGProperty, String> defaults(String applicationName, boolean throughPooler) {
    return Map.of(
        PGProperty.APPLICATION_NAME,
        applicationName,
        PGProperty.ASSUME_MIN_SERVER_VERSION,
        "14",
        PGProperty.CONNECT_TIMEOUT,
        String.valueOf(CONNECT_TIMEOUT.toSeconds()),
        PGProperty.PREPARE_THRESHOLD,
        throughPooler ? "0" : "5",
        PGProperty.SOCKET_TIMEOUT,
        String.valueOf(ANSWER_TIMEOUT.toSeconds()),
        PGProperty.TCP_KEEP_ALIVE,
        "true");
  }
}
