package dev.gala.internal.durable;

import dev.gala.durable.RiverDispatchArgs;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.EventId;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.internal.dispatch.Carrier;
import dev.gala.internal.dispatch.Transaction;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.JsonObjects;
import dev.gala.river.worker.AttemptTransaction;
import dev.gala.river.worker.WorkContext;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A job that carries an event, in one attempt. */
final class JobCarrier implements Carrier {
  private static final String OUTPUT = "output";

  private final WorkContext<RiverDispatchArgs> context;
  private final HandlerConnections connections;
  private final Function<Tx, Emitter> emitters;
  private final BiFunction<List<Long>, Tx, Set<Long>> there;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, String> outputs = new TreeMap<>();
  private final Set<EventId> unknown = new HashSet<>();
  private boolean recorded;

  /**
   * A job.
   *
   * @param emitters emit in one transaction or another
   * @param there which of these jobs are there, as a transaction sees it
   */
  JobCarrier(
      WorkContext<RiverDispatchArgs> context,
      HandlerConnections connections,
      Function<Tx, Emitter> emitters,
      BiFunction<List<Long>, Tx, Set<Long>> there) {
    this.context = context;
    this.connections = connections;
    this.emitters = emitters;
    this.there = there;
  }

  @Override
  public Transaction begin() throws InterruptedException {
    HandlerConnections.Lease lease = connections.borrow();
    boolean begun = false;
    try {
      AttemptTransaction transaction =
          new KeptUnlessAllSucceeded(context, context.begin(lease.connection()));
      Tx tx = Tx.on(lease.connection());
      var steps = new EmittedSteps(transaction.metadata(), ids -> there.apply(ids, tx));
      var begunTransaction =
          new JobTransaction(
              lease,
              transaction,
              this::outputs,
              steps,
              emitters.apply(tx),
              "a transactional listener on job " + context.job().id());
      begun = true;
      return begunTransaction;
    } finally {
      if (!begun) {
        lease.giveBack();
      }
    }
  }

  /** All listeners' outputs are one object, each under the listener's name. */
  @Override
  public void recordOutput(String listener, String json) {
    lock.lock();
    try {
      if (!recorded) {
        outputs.putAll(before());
        recorded = true;
      }
      @Nullable String last = outputs.put(listener, json);
      try {
        context.recordOutput(output());
      } catch (RiverException refused) {
        if (last == null) {
          outputs.remove(listener);
        } else {
          outputs.put(listener, last);
        }
        throw refused;
      }
    } finally {
      lock.unlock();
    }
  }

  /** What earlier attempts recorded; what is no object was not recorded by listeners. */
  private Map<String, String> before() {
    String metadata = context.job().metadata();
    if (!metadata.contains(OUTPUT)) {
      return Map.of();
    }
    String output = JsonObjects.members(metadata).get(OUTPUT);
    return output == null || !output.startsWith("{") ? Map.of() : JsonObjects.members(output);
  }

  private Map<String, String> outputs() {
    lock.lock();
    try {
      return recorded ? Map.of(OUTPUT, output()) : Map.of();
    } finally {
      lock.unlock();
    }
  }

  private String output() {
    return outputs.entrySet().stream()
        .map(entry -> GoJson.quote(entry.getKey()) + ":" + entry.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  /**
   * The event and the memory of it are stored in one transaction, behind the attempt's fence: so
   * neither another attempt nor a stale one stores it again. Within the attempt one after the
   * other.
   */
  @Override
  public EmitReceipt emitOnce(EventId id, String listener, Function<Emitter, EmitReceipt> emit) {
    lock.lock();
    try {
      if (unknown.contains(id)) {
        throw failed(
            id, "it is not known whether it was stored before: fail, and the next attempt knows");
      }
      return emitOnceAlone(id, listener, emit);
    } catch (InterruptedException told) {
      Thread.currentThread().interrupt();
      throw failed(id, "nothing was stored: interrupted while it waited for a connection");
    } finally {
      lock.unlock();
    }
  }

  private EmitReceipt emitOnceAlone(
      EventId id, String listener, Function<Emitter, EmitReceipt> emit)
      throws InterruptedException {
    HandlerConnections.Lease lease = connections.borrow();
    try {
      lease.limitAnswers();
      AttemptTransaction transaction = context.begin(lease.connection());
      EmitReceipt before = EmittedSteps.earlier(transaction.metadata(), id);
      if (before != null) {
        return before;
      }
      EmitReceipt receipt = emit.apply(emitters.apply(Tx.on(lease.connection())));
      transaction.commit(Map.of(EmittedSteps.PREFIX + id, EmittedSteps.memory(listener, receipt)));
      return receipt;
    } catch (RiverException failure) {
      if (failure.code() == RiverError.OUTCOME_UNKNOWN) {
        unknown.add(id);
      }
      throw new GalaException(
          GalaError.DISPATCH_FAILED,
          "event "
              + id
              + (failure.code() == RiverError.OUTCOME_UNKNOWN
                  ? ": it is not known whether it was stored: fail, and the next attempt knows: "
                  : ": nothing was stored: ")
              + failure.getMessage(),
          failure,
          Map.of("event_id", id.value()));
    } finally {
      lease.giveBack();
    }
  }

  private static GalaException failed(EventId id, String why) {
    return new GalaException(
        GalaError.DISPATCH_FAILED,
        "event " + id + ": " + why,
        null,
        Map.of("event_id", id.value()));
  }
}
