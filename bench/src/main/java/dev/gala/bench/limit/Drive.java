package dev.gala.bench.limit;

import dev.gala.bench.load.BenchThreads;
import dev.gala.bench.load.Case;
import dev.gala.bench.load.ClientCpu;
import dev.gala.bench.load.ClosedLoop;
import dev.gala.bench.load.ClosedLoop.Stepping;
import dev.gala.bench.load.Metric;
import dev.gala.bench.load.Round;
import dev.gala.bench.load.Sample;
import dev.gala.bench.server.BenchDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Drives statements in one way. */
record Drive(BenchDatabase database, Statements statements, RowMaker rows, Way way, Round round) {
  private static final int MOST_OUTSTANDING = 5_000;
  private static final String OWN_TABLE =
      """
      create table if not exists bench_order (
        id bigserial primary key, account text not null, cents bigint not null)
      """;

  Connection connect() throws SQLException {
    return connect(database);
  }

  /**
   * A connection of which the planner reaches rows by their indexes, whatever it thinks of a table
   * that was empty a moment ago: what is compared is what is asked, not luck with a plan.
   */
  static Connection connect(BenchDatabase database) throws SQLException {
    Connection connection = database.connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off;"
              + " set enable_mergejoin = off");
    }
    return connection;
  }

  Sample emit(int callers) throws Exception {
    if (way.shared()) {
      try (var group = new GroupCommit(database, statements, way)) {
        return rate(
            callers,
            ClosedLoop.of(
                () -> {
                  group.insert(rows.next());
                  return 1;
                }));
      }
    }
    var connections = new ArrayBlockingQueue<Connection>(way.inserters());
    try {
      for (int i = 0; i < way.inserters(); i++) {
        connections.add(connect());
      }
      return rate(callers, ClosedLoop.of(() -> alone(connections)));
    } finally {
      for (Connection connection : connections) {
        connection.close();
      }
    }
  }

  private int alone(ArrayBlockingQueue<Connection> connections) throws Exception {
    Connection connection = connections.take();
    try {
      return statements.insert(connection, List.of(rows.next())).size();
    } finally {
      connections.add(connection);
    }
  }

  Sample insert() throws Exception {
    return rate(
        way.inserters(),
        () ->
            new Holding(
                connect(),
                connection -> statements.insertMany(connection, rows.next(way.batch()))));
  }

  Sample direct() throws Exception {
    var lean = new LeanStatements();
    return ClosedLoop.measure(
        way.workers(),
        round.warmUpMillis() * 2,
        round.pipelineMillis(),
        () ->
            new Holding(
                connect(),
                connection ->
                    lean.complete(
                        connection, lean.insertRunning(connection, rows.next(way.batch())))));
  }

  Sample transactional(int callers) throws Exception {
    database.execute(OWN_TABLE, "truncate bench_order");
    return rate(
        callers,
        () -> {
          Connection own = connect();
          own.setAutoCommit(false);
          return new Holding(own, this::order);
        });
  }

  private int order(Connection connection) throws SQLException {
    try (PreparedStatement row =
        connection.prepareStatement("insert into bench_order (account, cents) values (?, ?)")) {
      row.setString(1, "account-100001");
      row.setLong(2, 12_345);
      row.executeUpdate();
    }
    statements.insert(connection, List.of(rows.next()));
    try (PreparedStatement notify =
        connection.prepareStatement("select pg_notify('public.river_insert', ?)")) {
      notify.setString(1, "{\"queue\": \"events\"}");
      notify.execute();
    }
    connection.commit();
    return 1;
  }

  Sample work() throws Exception {
    int events = fill();
    var done = new AtomicLong();
    var begun = new AtomicLong();
    ClientCpu cpu = ClientCpu.begin();
    runAll(way.workers(), connection -> drain(connection, begun, done, events));
    return cpu.of(Sample.rate(events * 1e9 / (System.nanoTime() - begun.get())), events);
  }

  /**
   * @param begun when the first are in hand, as it is taken of the products
   */
  private void drain(Connection connection, AtomicLong begun, AtomicLong done, int events)
      throws SQLException {
    while (done.get() < events) {
      List<Claim> claims = statements.claim(connection, way.batch());
      begun.compareAndSet(0, System.nanoTime());
      if (!claims.isEmpty()) {
        done.addAndGet(statements.complete(connection, claims));
      }
    }
  }

  Sample retry(Case.Retry what) throws Exception {
    var lean = new LeanStatements();
    int events = fill();
    var first = new AtomicLong();
    var firstEnded = new AtomicLong();
    var done = new AtomicLong();
    var failed = ConcurrentHashMap.<Long>newKeySet();
    var begun = new AtomicLong();
    runAll(
        way.workers(),
        connection -> {
          while (done.get() < events) {
            List<Claim> good = new ArrayList<>();
            List<Claim> bad = new ArrayList<>();
            List<Claim> claims = lean.claim(connection, way.batch());
            begun.compareAndSet(0, System.nanoTime());
            for (Claim claim : claims) {
              boolean again = failed.contains(claim.id());
              boolean fails = !again && what.fails((int) claim.id()) && failed.add(claim.id());
              (fails ? bad : good).add(claim);
              if (!again && first.incrementAndGet() == events) {
                firstEnded.set(System.nanoTime());
              }
            }
            lean.fail(connection, bad);
            done.addAndGet(lean.complete(connection, good));
          }
        });
    double seconds = (System.nanoTime() - begun.get()) / 1e9;
    return Sample.rate(events * 1e9 / (firstEnded.get() - begun.get()))
        .with(Metric.ALL_DONE, seconds);
  }

  Sample pipeline() throws Exception {
    var outstanding = new AtomicLong();
    var completed = new AtomicLong();
    var over = new AtomicBoolean();
    var tasks = new ArrayList<Callable<?>>();
    for (int i = 0; i < way.inserters(); i++) {
      tasks.add(on(connection -> insertUntil(connection, over, outstanding)));
    }
    for (int i = 0; i < way.workers(); i++) {
      tasks.add(on(connection -> workUntil(connection, over, outstanding, completed)));
    }
    var started = BenchThreads.startAll(tasks);
    try {
      Thread.sleep(round.warmUpMillis() * 2L);
      long before = completed.get();
      ClientCpu cpu = ClientCpu.begin();
      long begun = System.nanoTime();
      Thread.sleep(round.pipelineMillis());
      long events = completed.get() - before;
      return cpu.of(Sample.rate(events * 1e9 / (System.nanoTime() - begun)), events);
    } finally {
      over.set(true);
      BenchThreads.join(started);
    }
  }

  /**
   * @param outstanding inserted and not claimed; with the products, emitted and not handled
   */
  private void insertUntil(Connection connection, AtomicBoolean over, AtomicLong outstanding)
      throws SQLException {
    while (!over.get()) {
      if (outstanding.get() >= MOST_OUTSTANDING) {
        LockSupport.parkNanos(500_000);
      } else {
        outstanding.addAndGet(statements.insertMany(connection, rows.next(way.batch())));
      }
    }
  }

  private void workUntil(
      Connection connection, AtomicBoolean over, AtomicLong outstanding, AtomicLong completed)
      throws SQLException {
    while (!over.get()) {
      List<Claim> claims = statements.claim(connection, way.batch());
      if (claims.isEmpty()) {
        LockSupport.parkNanos(500_000);
      } else {
        outstanding.addAndGet(-claims.size());
        completed.addAndGet(statements.complete(connection, claims));
      }
    }
  }

  private int fill() throws SQLException {
    int events = round.warmsUp() ? Math.max(round.sizes().fill() / 4, 20) : round.sizes().fill();
    try (Connection connection = connect()) {
      for (int left = events; left > 0; left -= 1_000) {
        statements.insertMany(connection, rows.next(Math.min(left, 1_000)));
      }
    }
    database.settle();
    return events;
  }

  private Sample rate(int callers, ClosedLoop.Caller caller) throws Exception {
    return ClosedLoop.measure(callers, round.warmUpMillis(), round.windowMillis(), caller);
  }

  private void runAll(int connections, Use use) throws Exception {
    var tasks = new ArrayList<Callable<?>>();
    for (int i = 0; i < connections; i++) {
      tasks.add(on(use));
    }
    BenchThreads.join(BenchThreads.startAll(tasks));
  }

  private Callable<?> on(Use use) {
    return () -> {
      try (Connection connection = connect()) {
        use.run(connection);
      }
      return true;
    };
  }

  /** Uses a connection. */
  private interface Use {
    void run(Connection connection) throws Exception;
  }

  /** Uses a connection, and tells how many events that were. */
  private interface Counted {
    int run(Connection connection) throws Exception;
  }

  /** A caller with a connection of its own. */
  private record Holding(Connection connection, Counted counted) implements Stepping {
    @Override
    public int run() throws Exception {
      return counted.run(connection);
    }

    @Override
    public void close() throws Exception {
      connection.close();
    }
  }
}
