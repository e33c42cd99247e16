package dev.gala.internal.memory;

import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.EventId;
import dev.gala.internal.dispatch.Carrier;
import dev.gala.internal.dispatch.Transaction;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.json.GoJson;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** An event that nothing carries but the process: from its emit to its last listener's end. */
final class MemoryCarrier implements Carrier {
  private final Emitter emitter;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<EventId, EmitReceipt> emitted = new HashMap<>();

  /** An event whose listeners emit on {@code emitter}. */
  MemoryCarrier(Emitter emitter) {
    this.emitter = emitter;
  }

  /** Transactional listeners are refused when they are attached: nothing comes here. */
  @Override
  public Transaction begin() {
    throw new IllegalStateException("events in memory have no database");
  }

  /** Looked at, so that a test in memory tells the truth, and not kept. */
  @Override
  public void recordOutput(String listener, String json) {
    if (!GoJson.isValid(json)) {
      throw new RiverException(
          RiverError.PARAMS_INVALID, "the output of listener " + listener + " is no JSON: " + json);
    }
  }

  @Override
  public EmitReceipt emitOnce(EventId id, String listener, Function<Emitter, EmitReceipt> emit) {
    lock.lock();
    try {
      if (emitted.containsKey(id)) {
        return new EmitReceipt(id, true, null);
      }
      EmitReceipt receipt = emit.apply(emitter);
      emitted.put(id, receipt);
      return receipt;
    } finally {
      lock.unlock();
    }
  }
}
