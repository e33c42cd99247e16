package dev.gala.cli.demo;

import dev.gala.Gala;
import dev.gala.event.EmitOptions;
import dev.gala.event.EventId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Emits the commits, a few threads at once, each event in a transaction with a row of its own. */
final class CommitEmitter {
  private static final int EMITTERS = 4;
  private static final long LOOK_EVERY_MILLIS = 100;

  /**
   * The events to emit.
   *
   * @param commits the history
   * @param events how many events; the history is repeated until there are so many
   */
  record History(List<Commit> commits, int events) {
    CommitRecorded event(int number) {
      Commit commit = commits.get((number - 1) % commits.size());
      return new CommitRecorded(
          number, commit.sha(), commit.author(), commit.at().toString(), commit.subject());
    }
  }

  private final Gala gala;
  private final DemoStore store;
  private final Latencies latencies;
  private final AtomicInteger emitted = new AtomicInteger();

  CommitEmitter(Gala gala, DemoStore store, Latencies latencies) {
    this.gala = gala;
    this.store = store;
    this.latencies = latencies;
  }

  void emitAll(History history, Supplier<Connection> connect, ProgressBar progress)
      throws InterruptedException, SQLException {
    var next = new AtomicInteger(1);
    var emitters = new ArrayList<FutureTask<Void>>();
    for (int i = 1; i <= EMITTERS; i++) {
      var task = new FutureTask<Void>(() -> emitFrom(next, history, connect), null);
      emitters.add(task);
      DemoThreads.start("demo-emitter-" + i, task);
    }
    for (FutureTask<Void> task : emitters) {
      await(task, history, progress);
    }
  }

  private void await(FutureTask<Void> task, History history, ProgressBar progress)
      throws InterruptedException, SQLException {
    while (true) {
      try {
        task.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        progress.show("emitting", emitted.get(), history.events());
      } catch (ExecutionException e) {
        throw new IllegalStateException("emitting failed", e.getCause());
      }
    }
  }

  private void emitFrom(AtomicInteger next, History history, Supplier<Connection> connect) {
    try (Connection connection = connect.get()) {
      connection.setAutoCommit(false);
      for (int number = next.getAndIncrement();
          number <= history.events();
          number = next.getAndIncrement()) {
        emit(connection, history.event(number));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private void emit(Connection connection, CommitRecorded commit) throws SQLException {
    EventId id = EventId.random();
    store.insertCommit(connection, commit, id.value());
    EmitOptions options = EmitOptions.builder().eventId(id).build();
    gala.in(connection).emit(DemoListeners.COMMIT_RECORDED, commit, options);
    connection.commit();
    latencies.committed(commit.number());
    emitted.incrementAndGet();
  }
}
