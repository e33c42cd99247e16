package dev.gala.spi;

import dev.gala.event.EmitReceipt;
import dev.gala.event.Envelope;
import dev.gala.river.job.Tx;
import java.util.List;

/** Takes events to where they are handled. Safe for use by many threads. */
@FunctionalInterface
public interface Dispatcher {
  /**
   * Takes on all of {@code events} or none.
   *
   * @param tx whose transaction they become part of
   * @return one receipt for each, in their order
   * @throws RuntimeException if they cannot be taken on; the emit fails with {@link
   *     dev.gala.event.GalaError#DISPATCH_FAILED} and this as its cause, unless it is a {@link
   *     dev.gala.event.GalaException} already
   */
  List<EmitReceipt> dispatch(List<Outgoing> events, Tx tx);

  /** Takes on one event, in a transaction of its own. */
  default EmitReceipt dispatch(Envelope envelope) {
    return dispatch(List.of(Outgoing.of(envelope)), Tx.own()).getFirst();
  }
}
