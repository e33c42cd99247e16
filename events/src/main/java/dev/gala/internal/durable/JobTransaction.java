package dev.gala.internal.durable;

import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.EventId;
import dev.gala.internal.dispatch.Marks;
import dev.gala.internal.dispatch.Transaction;
import dev.gala.river.worker.AttemptTransaction;
import java.sql.Connection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** A listener's transaction on a connection to the database of the jobs. */
final class JobTransaction implements Transaction {
  private final HandlerConnections.Lease lease;
  private final AttemptTransaction transaction;
  private final Supplier<Map<String, String>> outputs;
  private final Marks marks;
  private final HandlerConnection.Guarded guarded;
  private final OpenEmitter emitter;
  private final EmittedSteps steps;

  /**
   * A transaction begun.
   *
   * @param outputs what listeners recorded in this attempt, to be written with it
   * @param steps what was emitted once
   * @param emitter emits on the connection
   * @param use who uses it, for messages
   */
  JobTransaction(
      HandlerConnections.Lease lease,
      AttemptTransaction transaction,
      Supplier<Map<String, String>> outputs,
      EmittedSteps steps,
      Emitter emitter,
      String use) {
    this.lease = lease;
    this.transaction = transaction;
    this.outputs = outputs;
    this.marks = Marks.read(transaction.metadata());
    this.guarded = HandlerConnection.guard(lease.connection(), use);
    this.emitter = new OpenEmitter(emitter, use);
    this.steps = steps;
  }

  @Override
  public Marks marks() {
    return marks;
  }

  @Override
  public Connection connection() {
    return guarded.connection();
  }

  @Override
  public Emitter emitter() {
    return emitter;
  }

  @Override
  public EmitReceipt emitOnce(EventId id, String listener, Function<Emitter, EmitReceipt> emit) {
    return emitter.whileOpen(() -> steps.once(id, listener, () -> emit.apply(emitter)));
  }

  @Override
  public void commit(Map<String, String> metadata) {
    endUse();
    transaction.commit(with(metadata));
  }

  @Override
  public void complete(Map<String, String> metadata) {
    endUse();
    transaction.commitAndComplete(with(metadata));
  }

  private Map<String, String> with(Map<String, String> metadata) {
    Map<String, String> all = new LinkedHashMap<>(outputs.get());
    all.putAll(steps.memory());
    all.putAll(metadata);
    return all;
  }

  private void endUse() {
    guarded.guard().end();
    lease.limitAnswers();
    emitter.end();
  }

  @Override
  public void close() {
    endUse();
    transaction.rollback();
    lease.giveBack();
  }

  /** The emitter is not waited for: it may be what does not end. */
  @Override
  public void abandon() {
    guarded.guard().end();
    lease.discard();
  }
}
