package dev.gala.interop.adapter;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.Tx;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The database, as its requests use it: by schema, and in transactions that requests name. With the
 * client that works, at most ten connections: two for requests, five for that client, and three
 * transactions.
 */
final class Databases implements AutoCloseable {
  private static final int FOR_REQUESTS = 2;
  private static final int FOR_THE_CLIENT = 4;
  private static final int TRANSACTIONS = 3;

  private final String url;
  private final String applicationName;
  private final Map<String, Connection> transactions = new HashMap<>();
  private @Nullable Schema open;

  /** The tables of one schema, and a client that inserts into them. */
  private record Schema(@Nullable String name, RiverDatabase database, RiverClient inserter) {}

  /**
   * A database that is connected to when it is first asked.
   *
   * @param url as libpq writes it; its parameters are honoured but for the name
   * @param applicationName the name every connection has; empty leaves the URL's
   */
  Databases(String url, String applicationName) {
    this.url = applicationName.isEmpty() ? url : withoutName(url);
    this.applicationName = applicationName.isEmpty() ? "gala-adapter" : applicationName;
  }

  /** The tables of a schema; null is that of the search path. */
  RiverDatabase in(@Nullable String schema) {
    return schema(schema).database();
  }

  /** A client that inserts into a schema. */
  RiverClient inserter(@Nullable String schema) {
    return schema(schema).inserter();
  }

  /**
   * Connections for the client that works, which closes them.
   *
   * @param claimBarrier what its claims wait for; null if they do not
   */
  RiverDatabase forTheClient(@Nullable String schema, @Nullable String claimBarrier) {
    String held = claimBarrier == null ? url : HeldClaimsProvider.url(claimBarrier, url);
    return RiverDatabase.at(held)
        .schema(schema)
        .applicationName(applicationName)
        .maxConnections(FOR_THE_CLIENT)
        .connect();
  }

  /** The transaction of this name; one of the operation's own if null. */
  Tx tx(@Nullable String name) {
    return name == null ? Tx.own() : Tx.on(known(name));
  }

  void begin(String name) {
    if (transactions.containsKey(name) || transactions.size() == TRANSACTIONS) {
      throw new RpcException(
          RpcException.Code.REJECTED,
          "transactions " + transactions.keySet() + " are open: end one, or take another name");
    }
    Connection connection = in(null).openConnection();
    try {
      connection.setAutoCommit(false);
    } catch (SQLException e) {
      throw failed("begin", e);
    }
    transactions.put(name, connection);
  }

  void end(String name, boolean commit) {
    Connection connection = known(name);
    transactions.remove(name);
    try (connection) {
      if (commit) {
        connection.commit();
      } else {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw failed(commit ? "commit" : "rollback", e);
    }
  }

  @Override
  public void close() {
    for (String name : transactions.keySet().toArray(String[]::new)) {
      end(name, false);
    }
    closeSchema();
  }

  private Connection known(String name) {
    Connection connection = transactions.get(name);
    if (connection == null) {
      throw new RpcException(
          RpcException.Code.NOT_FOUND, "there is no transaction \"" + name + '"');
    }
    return connection;
  }

  /** One at a time has connections: there are ten in all. */
  private Schema schema(@Nullable String given) {
    String name = given == null || given.isEmpty() ? null : given;
    Schema current = open;
    if (current != null && Objects.equals(current.name(), name)) {
      return current;
    }
    closeSchema();
    RiverDatabase database =
        RiverDatabase.at(url)
            .schema(name)
            .applicationName(applicationName)
            .maxConnections(FOR_REQUESTS)
            .connect();
    var made =
        new Schema(name, database, RiverClient.create(database, RiverConfig.builder().build()));
    open = made;
    return made;
  }

  private void closeSchema() {
    Schema current = open;
    if (current != null) {
      open = null;
      current.inserter().close();
      current.database().close();
    }
  }

  private static RpcException failed(String what, SQLException e) {
    return new RpcException(RpcException.Code.INTERNAL, what + " failed: " + e.getMessage());
  }

  /** A name in the URL would go before the one asked for. */
  private static String withoutName(String url) {
    int query = url.indexOf('?');
    if (query < 0) {
      return url;
    }
    String kept =
        Arrays.stream(url.substring(query + 1).split("&", -1))
            .filter(parameter -> !named(parameter, "application_name"))
            .collect(Collectors.joining("&"));
    return url.substring(0, query) + (kept.isEmpty() ? "" : "?" + kept);
  }

  private static boolean named(String parameter, String name) {
    int equals = parameter.indexOf('=');
    String given = equals < 0 ? parameter : parameter.substring(0, equals);
    return URLDecoder.decode(given, StandardCharsets.UTF_8).equals(name);
  }
}
