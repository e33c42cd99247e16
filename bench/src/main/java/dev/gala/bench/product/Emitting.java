package dev.gala.bench.product;

import dev.gala.bench.load.Case;
import dev.gala.bench.load.ClosedLoop;
import dev.gala.bench.load.ClosedLoop.Stepping;
import dev.gala.bench.load.Event;
import dev.gala.bench.load.Sample;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Emits, with nobody working. */
final class Emitting {
  private static final String OWN_TABLE =
      """
      create table if not exists bench_order (
        id bigserial primary key, account text not null, cents bigint not null)
      """;

  private static final String OWN_ROW = "insert into bench_order (account, cents) values (?, ?)";

  private Emitting() {}

  static Sample emit(Stage stage, Case.Emit what) throws Exception {
    var number = new AtomicInteger();
    try (Client client = stage.open(Role.emitter(1))) {
      return ClosedLoop.measure(
          what.callers(),
          stage.warmUpMillis(),
          stage.windowMillis(),
          ClosedLoop.of(
              () -> {
                client.emit(Event.of(number.getAndIncrement()));
                return 1;
              }));
    }
  }

  static Sample batch(Stage stage, Case.EmitBatch what) throws Exception {
    var number = new AtomicInteger();
    try (Client client = stage.open(Role.emitter(1))) {
      return ClosedLoop.measure(
          Case.EmitBatch.CALLERS,
          stage.warmUpMillis(),
          stage.windowMillis(),
          ClosedLoop.of(
              () -> {
                client.emitAll(events(number.getAndAdd(what.size()), what.size()));
                return what.size();
              }));
    }
  }

  static Sample transactional(Stage stage, Case.Transactional what) throws Exception {
    stage.database().execute(OWN_TABLE, "truncate bench_order");
    var number = new AtomicInteger();
    try (Client client = stage.open(Role.emitter(1))) {
      return ClosedLoop.measure(
          what.callers(),
          stage.warmUpMillis(),
          stage.windowMillis(),
          () -> new Ordering(stage.database().connect(), client, number));
    }
  }

  /** Events of consecutive numbers. */
  static List<Event> events(int from, int count) {
    var events = new ArrayList<Event>(count);
    for (int i = from; i < from + count; i++) {
      events.add(Event.of(i));
    }
    return events;
  }

  /** An application that writes a row and tells of it. */
  private record Ordering(Connection connection, Client client, AtomicInteger number)
      implements Stepping {
    Ordering {
      try {
        connection.setAutoCommit(false);
      } catch (java.sql.SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public int run() throws Exception {
      Event event = Event.of(number.getAndIncrement());
      try (PreparedStatement row = connection.prepareStatement(OWN_ROW)) {
        row.setString(1, event.account());
        row.setLong(2, event.cents());
        row.executeUpdate();
      }
      client.emitIn(connection, event);
      connection.commit();
      return 1;
    }

    @Override
    public void close() throws Exception {
      connection.close();
    }
  }
}
