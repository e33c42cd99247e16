package dev.gala.river.memory;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a database in memory: it has transactions, and takes no SQL. A transaction sees
 * what was committed when it began and what it changed itself; its changes are made again to what
 * is committed when it ends.
 */
final class MemoryConnection implements InvocationHandler {
  private final MemoryDatabase database;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Consumer<JobTable>> changes = new ArrayList<>();
  private @Nullable JobTable view;
  private boolean autoCommit = true;
  private boolean closed;
  private int networkTimeout;
  private long transaction;

  private MemoryConnection(MemoryDatabase database) {
    this.database = database;
  }

  static Connection open(MemoryDatabase database) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            new MemoryConnection(database));
  }

  /** What stands behind a connection, whatever is around it. */
  static MemoryConnection of(Connection connection) {
    try {
      if (connection.isWrapperFor(MemoryConnection.class)) {
        return connection.unwrap(MemoryConnection.class);
      }
    } catch (SQLException e) {
      throw new RiverException(
          RiverError.CONFIG_INVALID, "the connection given cannot be looked at", e);
    }
    throw new RiverException(
        RiverError.CONFIG_INVALID,
        "the connection given is a "
            + connection.getClass().getName()
            + ", and the jobs are in memory: give one that was opened there");
  }

  /** Refuses a connection without a transaction. */
  void requireTransaction() {
    lock.lock();
    try {
      if (autoCommit || closed) {
        throw new RiverException(
            RiverError.CONNECTION_IN_AUTO_COMMIT,
            "the connection given has no open transaction, for it is "
                + (closed ? "closed" : "in auto-commit mode: call connection.setAutoCommit(false)")
                + " first, and commit when your own work is done");
      }
    } finally {
      lock.unlock();
    }
  }

  /** Changes something in the open transaction. */
  <T> T change(Function<JobTable, T> change) {
    lock.lock();
    try {
      requireTransaction();
      JobTable mine = view;
      if (mine == null) {
        mine = database.copy();
        view = mine;
      }
      T result = change.apply(mine);
      changes.add(
          again -> {
            Object unused = change.apply(again);
          });
      return result;
    } finally {
      lock.unlock();
    }
  }

  /** Which transaction is open: another one after each end. */
  long transaction() {
    lock.lock();
    try {
      return transaction;
    } finally {
      lock.unlock();
    }
  }

  void commit() {
    lock.lock();
    try {
      List<Consumer<JobTable>> made = List.copyOf(changes);
      rollback();
      database.changeAll(made);
    } finally {
      lock.unlock();
    }
  }

  void rollback() {
    lock.lock();
    try {
      changes.clear();
      view = null;
      transaction++;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object[] arguments)
      throws SQLException {
    lock.lock();
    try {
      return switch (method.getName()) {
        case "abort", "close" -> {
          rollback();
          closed = true;
          yield null;
        }
        case "commit" -> {
          commit();
          yield null;
        }
        case "rollback" -> {
          rollback();
          yield null;
        }
        case "setAutoCommit" -> {
          setAutoCommit((Boolean) argument(arguments));
          yield null;
        }
        case "setNetworkTimeout" -> {
          networkTimeout = (Integer) arguments[1];
          yield null;
        }
        default -> answer(proxy, method, arguments);
      };
    } finally {
      lock.unlock();
    }
  }

  /** What changes nothing. */
  @SuppressWarnings("ReferenceEquality") // A connection is equal to itself alone.
  private @Nullable Object answer(Object proxy, Method method, @Nullable Object[] arguments)
      throws SQLException {
    return switch (method.getName()) {
      case "clearWarnings" -> null;
      case "equals" -> proxy == argument(arguments);
      case "getAutoCommit" -> autoCommit;
      case "getNetworkTimeout" -> networkTimeout;
      case "getTransactionIsolation" -> Connection.TRANSACTION_READ_COMMITTED;
      case "hashCode" -> System.identityHashCode(proxy);
      case "isClosed" -> closed;
      case "isReadOnly" -> false;
      case "isValid" -> !closed;
      case "isWrapperFor" -> argument(arguments) == MemoryConnection.class;
      case "toString" -> "a connection to a database in memory";
      case "unwrap" -> this;
      default ->
          throw new SQLFeatureNotSupportedException(
              "a connection to a database in memory takes no SQL and has no "
                  + method.getName()
                  + ": use PostgreSQL for this test");
    };
  }

  private void setAutoCommit(boolean wanted) {
    if (wanted && !autoCommit) {
      commit();
    }
    autoCommit = wanted;
  }

  private static Object argument(@Nullable Object[] arguments) {
    Object first = arguments[0];
    if (first == null) {
      throw new IllegalArgumentException("null");
    }
    return first;
  }
}
