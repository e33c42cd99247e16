package dev.gala.cli.demo;

import dev.gala.Gala;
import dev.gala.cli.input.CommandThreads;
import dev.gala.cli.input.EndRequest;
import dev.gala.event.EmitOptions;
import dev.gala.event.EventId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Emits the commits, a few threads at once, each event in a transaction with a row of its own. For
 * one run.
 */
final class CommitEmitter {
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

  /**
   * When to emit.
   *
   * @param rate events per second, of all emitters together; null means as fast as they can
   * @param end stops them
   */
  record Pace(@Nullable Integer rate, EndRequest end) {}

  private final Gala gala;
  private final DemoStore store;
  private final RunClock clock;
  private final History history;
  private final @Nullable Integer rate;
  private final EndRequest end;
  private final AtomicInteger next = new AtomicInteger(1);
  private final List<FutureTask<Boolean>> emitters = new ArrayList<>();
  private final long start = System.nanoTime();

  CommitEmitter(Gala gala, DemoStore store, RunClock clock, History history, Pace pace) {
    this.gala = gala;
    this.store = store;
    this.clock = clock;
    this.history = history;
    this.rate = pace.rate();
    this.end = pace.end();
  }

  void start(int count, Supplier<Connection> connect) {
    for (int i = 1; i <= count; i++) {
      var task = new FutureTask<Boolean>(() -> emitAll(connect));
      emitters.add(task);
      CommandThreads.start("demo-emitter-" + i, task);
    }
  }

  /** Whether all is emitted, or nothing more will be. */
  boolean isDone() {
    return emitters.stream().allMatch(FutureTask::isDone);
  }

  /** Waits for the emitters' end; throws what ended one of them early. */
  void await() throws SQLException, InterruptedException {
    for (FutureTask<Boolean> emitter : emitters) {
      try {
        emitter.get();
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case SQLException failure -> throw failure;
          case RuntimeException failure -> throw failure;
          case null, default -> throw new IllegalStateException("emitting failed", e);
        }
      }
    }
  }

  /** True unless it was told to stop. */
  private boolean emitAll(Supplier<Connection> connect) throws SQLException {
    try (Connection connection = connect.get()) {
      connection.setAutoCommit(false);
      int number = next.getAndIncrement();
      while (number <= history.events() && !end.awaitUntil(due(number))) {
        emit(connection, history.event(number));
        number = next.getAndIncrement();
      }
      return !end.isMade();
    } catch (SQLException | RuntimeException e) {
      next.set(history.events() + 1);
      throw e;
    }
  }

  /** When the event is to be emitted, by {@link System#nanoTime()}. */
  private long due(int number) {
    return rate == null ? start : start + (number - 1) * TimeUnit.SECONDS.toNanos(1) / rate;
  }

  private void emit(Connection connection, CommitRecorded commit) throws SQLException {
    EventId id = EventId.random();
    store.insertCommit(connection, commit, id.value());
    EmitOptions options = EmitOptions.builder().eventId(id).build();
    gala.in(connection).emit(DemoListeners.COMMIT_RECORDED, commit, options);
    connection.commit();
    clock.committed(commit.number());
  }
}
