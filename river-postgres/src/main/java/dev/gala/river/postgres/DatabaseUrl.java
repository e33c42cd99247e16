package dev.gala.river.postgres;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * A database's URL as pgjdbc takes it.
 *
 * @param jdbcUrl beginning {@code jdbc:postgresql:}
 * @param properties pgjdbc's properties besides those in the URL, among them user and password
 * @param location host, port and database: what messages may show
 */
record DatabaseUrl(String jdbcUrl, Map<String, String> properties, String location) {
  private static final String JDBC_PREFIX = "jdbc:postgresql:";

  /** Copies the properties. */
  DatabaseUrl {
    properties = Map.copyOf(properties);
  }

  /** Whether {@code url} looks like one for PostgreSQL. */
  static boolean accepts(String url) {
    return url.startsWith(JDBC_PREFIX) || LibpqUrl.accepts(url);
  }

  /**
   * Reads either form.
   *
   * @throws RiverException with {@link RiverError#DATABASE_URL_INVALID}; the message never shows
   *     what could be a password
   */
  static DatabaseUrl parse(String url) {
    return url.startsWith(JDBC_PREFIX) ? parseJdbc(url) : LibpqUrl.parse(url);
  }

  /** As {@link #parse}, for a URL of which nothing is known yet. */
  static DatabaseUrl checked(String url) {
    if (!accepts(url)) {
      throw new RiverException(
          RiverError.DATABASE_URL_INVALID,
          "the database URL begins with none of jdbc:postgresql:, postgres:// and postgresql://");
    }
    return parse(url);
  }

  private static DatabaseUrl parseJdbc(String url) {
    // Looked at before pgjdbc does, which would log a password that stands there.
    int query = url.indexOf('?');
    boolean credentials = (query < 0 ? url : url.substring(0, query)).indexOf('@') >= 0;
    Properties parsed = credentials ? null : Driver.parseURL(url, null);
    if (parsed == null) {
      throw new RiverException(
          RiverError.DATABASE_URL_INVALID,
          "the jdbc:postgresql: URL "
              + (credentials ? "has an @ before its parameters" : "cannot be read")
              + ": write jdbc:postgresql://HOST:PORT/DATABASE?user=USER&password=PASSWORD, with"
              + " characters like @ : / ? & percent-encoded");
    }
    String user = PGProperty.USER.getOrDefault(parsed);
    return new DatabaseUrl(
        url,
        Map.of(),
        location(
            or(PGProperty.PG_HOST.getOrDefault(parsed), "localhost"),
            or(PGProperty.PG_PORT.getOrDefault(parsed), "5432"),
            or(PGProperty.PG_DBNAME.getOrDefault(parsed), or(user, "(the user's)"))));
  }

  static String location(String hosts, String ports, String database) {
    return "host \"" + hosts + "\", port " + ports + ", database \"" + database + '"';
  }

  private static String or(@Nullable String value, String otherwise) {
    return value == null || value.isEmpty() ? otherwise : value;
  }

  /** The location alone: the rest holds the password. */
  @Override
  public String toString() {
    return location;
  }
}
