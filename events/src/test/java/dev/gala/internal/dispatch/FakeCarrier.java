package dev.gala.internal.dispatch;

import dev.gala.event.Emission;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.Envelope;
import dev.gala.event.EventId;
import dev.gala.river.job.RiverException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Carries an event in a test, and notes what is done to it. */
final class FakeCarrier implements Carrier {
  /** What was done, in order. */
  final List<String> done = new CopyOnWriteArrayList<>();

  /** What was emitted once. */
  final List<Emission<?>> emitted = new CopyOnWriteArrayList<>();

  /** What to fail with when something is to be emitted once. */
  @Nullable RuntimeException emitFailure;

  /** What a transaction finds. */
  Marks found = Marks.none();

  /** What to fail with when a transaction begins. */
  @Nullable RuntimeException beginFailure;

  /** What to fail with when a transaction is committed. */
  @Nullable RiverException commitFailure;

  /** Counted down when a commit is under way; it then waits for {@link #commits}. */
  final CountDownLatch committing = new CountDownLatch(1);

  /** Lets commits happen. */
  CountDownLatch commits = new CountDownLatch(0);

  @Override
  public Transaction begin() {
    done.add("begin");
    if (beginFailure != null) {
      throw beginFailure;
    }
    return new FakeTransaction();
  }

  @Override
  public void recordOutput(String listener, String json) {
    done.add("output " + listener + " " + json);
  }

  @Override
  public EmitReceipt emitOnce(EventId id, String listener, Function<Emitter, EmitReceipt> emit) {
    done.add("once " + listener);
    if (emitFailure != null) {
      throw emitFailure;
    }
    return emit.apply(new Noting());
  }

  /** Notes emissions, and accepts them. */
  private final class Noting implements Emitter {
    @Override
    public List<EmitReceipt> emitAll(List<? extends Emission<?>> emissions) {
      emissions.forEach(emission -> done.add("emit " + emission.topic().name()));
      emitted.addAll(emissions);
      return emissions.stream()
          .map(emission -> new EmitReceipt(idOf(emission), false, 1L))
          .toList();
    }

    private static EventId idOf(Emission<?> emission) {
      EventId given = emission.options().eventId();
      return given == null ? EventId.random() : given;
    }

    @Override
    public EmitReceipt emitEnvelope(Envelope envelope) {
      throw new UnsupportedOperationException("not in these tests");
    }
  }

  private final class FakeTransaction implements Transaction {
    @Override
    public Marks marks() {
      return found;
    }

    @Override
    public Connection connection() {
      return (Connection)
          Proxy.newProxyInstance(
              FakeCarrier.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, arguments) -> "the connection");
    }

    @Override
    public Emitter emitter() {
      return new Noting();
    }

    @Override
    public EmitReceipt emitOnce(EventId id, String listener, Function<Emitter, EmitReceipt> emit) {
      done.add("once " + listener);
      return emit.apply(emitter());
    }

    @Override
    public void commit(Map<String, String> metadata) {
      end("commit", metadata);
    }

    @Override
    public void complete(Map<String, String> metadata) {
      end("complete", metadata);
    }

    private void end(String how, Map<String, String> metadata) {
      committing.countDown();
      boolean interrupted = false;
      try {
        commits.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
      done.add(how + " " + new TreeMap<>(metadata).keySet() + (interrupted ? " interrupted" : ""));
      if (commitFailure != null) {
        throw commitFailure;
      }
    }

    @Override
    public void close() {
      done.add("close");
    }

    @Override
    public void abandon() {
      done.add("abandon");
    }
  }
}
