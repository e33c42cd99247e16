package dev.gala.bench.limit;

import dev.gala.bench.load.BenchThreads;
import dev.gala.bench.load.Case;
import dev.gala.bench.load.Pace;
import dev.gala.bench.load.Sample;
import dev.gala.bench.load.WallClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postgresql.PGConnection;

/** The hop by hand: an insert with a notification, and a listener that claims when it hears one. */
record HandHop(Drive drive) {
  private static final int WARM_UP_RATE = 1_000;
  private static final int CONNECTIONS = 8;
  private static final int PATIENCE_SECONDS = 30;

  Sample latency(Case.Latency what) throws Exception {
    int seconds = drive.round().warmsUp() ? 1 : drive.round().sizes().latencySeconds();
    int warm = drive.round().sizes().few();
    int events = warm + what.perSecond() * seconds;
    Map<Long, Long> entered = new ConcurrentHashMap<>();
    var over = new AtomicBoolean();
    FutureTask<?> listener =
        BenchThreads.start(
            () -> {
              listen(entered, over);
              return true;
            });
    long[] ids = new long[events];
    long[] committed = new long[events];
    try {
      emit(warm, what.perSecond(), ids, committed);
      awaitAll(entered, events);
    } finally {
      over.set(true);
      BenchThreads.join(List.of(listener));
    }
    long[] micros = new long[events - warm];
    for (int i = 0; i < micros.length; i++) {
      long entry = entered.getOrDefault(ids[i + warm], Long.MAX_VALUE);
      micros[i] = Math.max(entry - committed[i + warm], 0);
    }
    return Sample.latencies(micros);
  }

  private void emit(int warm, int perSecond, long[] ids, long[] committed) throws Exception {
    var connections = new ArrayBlockingQueue<Connection>(CONNECTIONS);
    for (int i = 0; i < CONNECTIONS; i++) {
      Connection connection = drive.connect();
      connection.setAutoCommit(false);
      connections.add(connection);
    }
    var emits = new ArrayList<FutureTask<?>>();
    Pace.run(warm, WARM_UP_RATE, number -> emits.add(start(connections, number, ids, committed)));
    BenchThreads.join(emits);
    Pace.run(
        ids.length - warm,
        perSecond,
        number -> emits.add(start(connections, warm + number, ids, committed)));
    BenchThreads.join(emits);
    for (Connection connection : connections) {
      connection.close();
    }
  }

  private FutureTask<?> start(
      ArrayBlockingQueue<Connection> connections, int number, long[] ids, long[] committed) {
    return BenchThreads.startAll(
            List.of(
                () -> {
                  Connection connection = connections.take();
                  ids[number] = insert(connection);
                  committed[number] = WallClock.micros();
                  connections.add(connection);
                  return true;
                }))
        .getFirst();
  }

  private long insert(Connection connection) throws SQLException {
    long id = drive.statements().insert(connection, List.of(drive.rows().next())).getFirst();
    try (PreparedStatement notify = connection.prepareStatement("select pg_notify('bench', '')")) {
      notify.execute();
    }
    connection.commit();
    return id;
  }

  private void listen(Map<Long, Long> entered, AtomicBoolean over) throws SQLException {
    try (Connection listening = drive.connect();
        Connection working = drive.connect()) {
      try (Statement statement = listening.createStatement()) {
        statement.execute("listen bench");
      }
      var notifications = listening.unwrap(PGConnection.class);
      while (!over.get()) {
        notifications.getNotifications(100);
        for (List<Claim> claims = drive.statements().claim(working, 100);
            !claims.isEmpty();
            claims = drive.statements().claim(working, 100)) {
          long now = WallClock.micros();
          claims.forEach(claim -> entered.put(claim.id(), now));
          drive.statements().complete(working, claims);
        }
      }
    }
  }

  private static void awaitAll(Map<Long, Long> entered, int events) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
    while (entered.size() < events && System.nanoTime() - deadline < 0) {
      Thread.sleep(1);
    }
    if (entered.size() < events) {
      throw new IllegalStateException("only " + entered.size() + " of " + events + " were claimed");
    }
  }
}
