package dev.gala.event;

import java.sql.Connection;

/**
 * Handles events of a topic in a transaction of its own, and says how it went: {@link
 * Outcome#done()} and {@link Outcome#cancel} are final, and are committed with what was done;
 * {@link Outcome#snooze} is not, and rolls it back, for the event comes again.
 *
 * @param <T> the payload's type
 */
@FunctionalInterface
public interface TransactionalOutcomeHandler<T> {
  /**
   * Handles one event.
   *
   * @param context events emitted on it are part of the transaction
   * @param connection to the database of the jobs, in a transaction; good until this returns. It is
   *     committed, rolled back and given back for you: what would do so is refused on it.
   * @throws Exception any: the transaction is rolled back, and the event comes again by the retry
   *     policy, to this listener alone
   */
  Outcome handle(T event, HandlerContext context, Connection connection) throws Exception;
}
