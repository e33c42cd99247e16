package dev.gala.event;

import java.sql.Connection;

/**
 * Handles events of a topic in a transaction of its own: what it does on the connection happens
 * exactly once, however often the event comes. Called on virtual threads, by many at once.
 *
 * @param <T> the payload's type
 */
@FunctionalInterface
public interface TransactionalHandler<T> {
  /**
   * Handles one event. To return is to have handled it: the transaction is committed, together with
   * the record that this listener is finished.
   *
   * @param context events emitted on it are part of the transaction
   * @param connection to the database of the jobs, in a transaction; good until this returns. It is
   *     committed, rolled back and given back for you: what would do so is refused on it.
   * @throws Exception any: the transaction is rolled back, and the event comes again by the retry
   *     policy, to this listener alone
   */
  void handle(T event, HandlerContext context, Connection connection) throws Exception;
}
