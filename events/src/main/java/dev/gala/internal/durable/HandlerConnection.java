package dev.gala.internal.durable;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection as a transactional listener sees it: what would end its transaction, or reconfigure
 * what belongs to others, is refused, and everything is once the listener has ended. Savepoints are
 * the listener's own affair.
 */
final class HandlerConnection implements InvocationHandler {
  /** Invalid transaction termination. */
  private static final String REFUSED = "2D000";

  /** Connection does not exist. */
  private static final String GONE = "08003";

  private static final String RETURN = "return from the handler, and it is committed";
  private static final String THROW =
      "throw, and it is rolled back; for a part of it use a savepoint";
  private static final String NOT_YOURS = "the connection goes back to its pool by itself";

  private static final Map<String, String> REMEDIES =
      Map.of(
          "commit", RETURN,
          "rollback", THROW,
          "setAutoCommit", RETURN,
          "close", NOT_YOURS,
          "abort", THROW,
          "setReadOnly", "what the handler does must be written with its end",
          "setTransactionIsolation", "give the pool, or the role, the isolation you want");

  private final Connection connection;
  private final String use;
  private volatile boolean ended;

  private HandlerConnection(Connection connection, String use) {
    this.connection = connection;
    this.use = use;
  }

  /** A guard, and the connection to give to the handler. */
  record Guarded(HandlerConnection guard, Connection connection) {}

  /**
   * Guards a connection.
   *
   * @param use who uses it, for messages
   */
  static Guarded guard(Connection connection, String use) {
    var guard = new HandlerConnection(connection, use);
    Object proxy =
        Proxy.newProxyInstance(
            HandlerConnection.class.getClassLoader(), new Class<?>[] {Connection.class}, guard);
    return new Guarded(guard, (Connection) proxy);
  }

  /** From now on nothing can be done with it. */
  void end() {
    ended = true;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return ofObject(proxy, method, arguments);
    }
    if (ended) {
      return afterEnd(method);
    }
    String remedy = REMEDIES.get(method.getName());
    boolean ofSavepoint = method.getName().equals("rollback") && method.getParameterCount() == 1;
    if (remedy != null && !ofSavepoint) {
      throw new SQLException(
          method.getName() + "() is refused on the connection of " + use + ": " + remedy, REFUSED);
    }
    return call(method, arguments);
  }

  private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(connection, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  private Object afterEnd(Method method) throws SQLException {
    return switch (method.getName()) {
      case "isClosed" -> true;
      case "isValid" -> false;
      default ->
          throw new SQLException(
              method.getName()
                  + "() came when the handler of "
                  + use
                  + " had ended, and its transaction with it: use the connection within the call,"
                  + " and wait there for what you have others do with it",
              GONE);
    };
  }

  @SuppressWarnings("ReferenceEquality") // A connection is equal to itself alone.
  private Object ofObject(Object proxy, Method method, Object @Nullable [] arguments) {
    return switch (method.getName()) {
      case "equals" -> arguments != null && proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "connection of " + use;
    };
  }
}
