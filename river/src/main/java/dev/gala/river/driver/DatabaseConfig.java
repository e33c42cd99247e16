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
 * @param engineDataSource beside a {@link Pool}, another for the engine's own work; null means the
 *     same
 * @param listenUrl where to listen, leading to the same database; null means {@code source}
 * @param throughPooler whether {@code source} leads through a transaction pooler, where a session
 *     keeps nothing
 */
public record DatabaseConfig(
    Source source,
    @Nullable String schema,
    String applicationName,
    int maxConnections,
    @Nullable DataSource engineDataSource,
    @Nullable String listenUrl,
    boolean throughPooler) {
  /** A database reached in the one way for everything. */
  public DatabaseConfig(
      Source source, @Nullable String schema, String applicationName, int maxConnections) {
    this(source, schema, applicationName, maxConnections, null, null, false);
  }

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
