package dev.gala.river.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What a pooler in transaction mode does to its clients: each transaction, which in auto-commit
 * mode is each statement, is on another server connection than the one before, and nothing is
 * cleaned up between. For one thread at a time.
 */
final class TransactionPooler implements ConnectionSource {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Connection> servers = new ArrayList<>();
  private final Deque<Connection> free = new ArrayDeque<>();

  TransactionPooler(DataSource source, int size) throws SQLException {
    for (int i = 0; i < size; i++) {
      servers.add(source.getConnection());
    }
    free.addAll(servers);
  }

  /** The connections behind it. */
  List<Connection> servers() {
    return servers;
  }

  @Override
  public Connection getConnection() {
    var client = new Client();
    return (Connection)
        Proxy.newProxyInstance(
            TransactionPooler.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> client.call(method.getName(), method, arguments));
  }

  private Connection next() {
    lock.lock();
    try {
      return free.removeFirst();
    } finally {
      lock.unlock();
    }
  }

  private void release(Connection server) {
    lock.lock();
    try {
      free.addLast(server);
    } finally {
      lock.unlock();
    }
  }

  /** One client's connection. */
  private final class Client {
    private boolean autoCommit = true;
    private @Nullable Connection server;

    @Nullable Object call(String name, Method method, Object @Nullable [] arguments)
        throws Throwable {
      return switch (name) {
        case "getAutoCommit" -> autoCommit;
        case "setAutoCommit" -> {
          autoCommit = (Boolean) arguments[0];
          end();
          yield null;
        }
        case "isClosed" -> false;
        case "close" -> {
          end();
          yield null;
        }
        default -> onServer(name, method, arguments);
      };
    }

    private @Nullable Object onServer(String name, Method method, Object @Nullable [] arguments)
        throws Throwable {
      Connection current = server();
      try {
        return method.invoke(current, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      } finally {
        if (name.equals("commit") || name.equals("rollback")) {
          end();
        }
      }
    }

    /** In auto-commit mode a call may begin a transaction: another server than last time. */
    private Connection server() throws SQLException {
      if (autoCommit) {
        end();
      }
      if (server == null) {
        server = next();
        server.setAutoCommit(autoCommit);
      }
      return server;
    }

    private void end() throws SQLException {
      if (server != null) {
        server.setAutoCommit(true);
        release(server);
        server = null;
      }
    }
  }
}
