package dev.gala.river.driver;

import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Which database, and how the driver connects to it.
 *
 * @param source where it is
 * @param schema the schema of River's tables; null means the connection's search path
 * @param applicationName shown in {@code pg_stat_activity}
 * @param maxConnections the most connections the driver opens, besides the one that listens
 */
public record DatabaseConfig(
    Source source, @Nullable String schema, String applicationName, int maxConnections) {
  /** Where a database is. */
  public sealed interface Source {}

  /**
   * A database by its URL.
   *
   * @param url {@code jdbc:postgresql:…}, or {@code postgres[ql]://…} as libpq writes it
   */
  public record Url(String url) implements Source {}

  /**
   * A database by a pool of the application's. The driver borrows from it.
   *
   * @param dataSource the pool
   */
  public record Pool(DataSource dataSource) implements Source {}
}
