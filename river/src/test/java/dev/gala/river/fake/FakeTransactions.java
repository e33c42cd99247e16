package dev.gala.river.fake;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was done on callers' connections and is not committed. Guarded by the database's signal. */
final class FakeTransactions {
  private final IdentityHashMap<Connection, List<Runnable>> uncommitted = new IdentityHashMap<>();

  /** Does it at once without a connection, else when that commits. */
  void run(@Nullable Connection connection, Runnable work) {
    if (connection == null) {
      work.run();
    } else {
      uncommitted.computeIfAbsent(connection, c -> new ArrayList<>()).add(work);
    }
  }

  void commit(Connection connection) {
    List<Runnable> work = uncommitted.remove(connection);
    if (work != null) {
      work.forEach(Runnable::run);
    }
  }

  void rollback(Connection connection) {
    uncommitted.remove(connection);
  }
}
