package dev.gala.durable;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * The steps of a worker between a claim and the end of an attempt, seen from the database's driver;
 * at one of them the process dies, as if by a power cut.
 */
final class Steps {
  /** Every step there is. */
  static final List<String> ALL =
      List.of(
          "after claim",
          "before begin",
          "after begin",
          "before read",
          "after read",
          "in handler",
          "before effect",
          "after effect",
          "before emit",
          "after emit",
          "end of handler",
          "before mark",
          "after mark",
          "before complete",
          "after complete",
          "before commit",
          "after commit",
          "after plain",
          "before outcome",
          "after outcome");

  private final String deadly;
  private final AtomicInteger left;

  /** Dies when {@code deadly} comes for the {@code occurrence}-th time; never if that is 0. */
  Steps(String deadly, int occurrence) {
    this.deadly = deadly;
    this.left = new AtomicInteger(occurrence);
  }

  /** A step is reached. */
  void reached(String step) {
    if (step.equals(deadly) && left.decrementAndGet() == 0) {
      Runtime.getRuntime().halt(9);
    }
  }

  /** Connections that tell of their steps. */
  DataSource of(DataSource dataSource) {
    return proxy(
        DataSource.class,
        (self, method, arguments) -> {
          Object result = call(dataSource, method, arguments);
          return result instanceof Connection connection ? of(connection) : result;
        });
  }

  private Connection of(Connection connection) {
    return proxy(
        Connection.class,
        (self, method, arguments) -> {
          String step = ofTransaction(method, arguments);
          Object result = around(step, connection, method, arguments);
          return result instanceof PreparedStatement statement
              ? of(statement, ofStatement(String.valueOf(arguments[0])))
              : result;
        });
  }

  private PreparedStatement of(PreparedStatement statement, String step) {
    return proxy(
        PreparedStatement.class,
        (self, method, arguments) ->
            around(
                method.getName().startsWith("execute") ? step : "", statement, method, arguments));
  }

  private static String ofTransaction(Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "commit" -> "commit";
      case "setAutoCommit" -> arguments[0].equals(false) ? "begin" : "";
      default -> "";
    };
  }

  private static String ofStatement(String sql) {
    if (sql.contains("attempted_by = array_append")) {
      return "claim";
    } else if (sql.contains("as began_at")) {
      return "read";
    } else if (sql.contains("insert into effect")) {
      return "effect";
    } else if (sql.contains("transaction_timestamp() = ")) {
      if (sql.contains("delete from")) {
        return "remove";
      }
      return sql.contains("'completed'") ? "complete" : "mark";
    } else if (sql.contains("fenced as materialized") || sql.contains("mine as materialized")) {
      return "outcome";
    }
    if (sql.contains("array[?::text], now()")) {
      return "direct";
    }
    return sql.contains("insert into") && sql.contains("river_job") ? "emit" : "";
  }

  private Object around(String step, Object target, Method method, Object[] arguments)
      throws Throwable {
    if (step.isEmpty()) {
      return call(target, method, arguments);
    }
    reached("before " + step);
    Object result = call(target, method, arguments);
    reached("after " + step);
    return result;
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** Does what a handler does that has an effect. */
  static void effect(Connection connection, String event, String listener) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("insert into effect (event, listener) values (?, ?)")) {
      statement.setString(1, event);
      statement.setString(2, listener);
      statement.executeUpdate();
    }
  }
}
