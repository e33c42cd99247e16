package dev.gala.bench.limit;

import dev.gala.bench.load.BenchThreads;
import dev.gala.bench.server.BenchDatabase;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Lets callers share statements: each returns when the statement with its row has committed. */
final class GroupCommit implements AutoCloseable {
  private record Waiting(Row row, CompletableFuture<Long> id) {}

  private final LinkedBlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
  private final List<FutureTask<?>> flushers = new ArrayList<>();
  private final Statements statements;
  private final int most;
  private volatile boolean closed;

  GroupCommit(BenchDatabase database, Statements statements, Way way) {
    this.statements = statements;
    this.most = way.batch();
    for (int i = 0; i < way.inserters(); i++) {
      flushers.add(
          BenchThreads.start(
              () -> {
                try (Connection connection = Drive.connect(database)) {
                  flush(connection);
                }
                return null;
              }));
    }
  }

  /** Inserts a row. */
  long insert(Row row) {
    var mine = new Waiting(row, new CompletableFuture<>());
    waiting.add(mine);
    return mine.id().join();
  }

  @Override
  public void close() throws Exception {
    closed = true;
    BenchThreads.join(flushers);
  }

  private void flush(Connection connection) throws InterruptedException {
    while (!closed || !waiting.isEmpty()) {
      Waiting first = waiting.poll(10, TimeUnit.MILLISECONDS);
      if (first == null) {
        continue;
      }
      var batch = new ArrayList<Waiting>();
      batch.add(first);
      waiting.drainTo(batch, most - 1);
      try {
        List<Long> ids = statements.insert(connection, batch.stream().map(Waiting::row).toList());
        for (int i = 0; i < batch.size(); i++) {
          batch.get(i).id().complete(ids.get(i));
        }
      } catch (java.sql.SQLException | RuntimeException e) {
        batch.forEach(one -> one.id().completeExceptionally(e));
      }
    }
  }
}
