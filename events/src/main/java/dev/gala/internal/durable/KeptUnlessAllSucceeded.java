package dev.gala.internal.durable;

import dev.gala.internal.dispatch.Marks;
import dev.gala.river.worker.AttemptTransaction;
import dev.gala.river.worker.WorkContext;
import java.util.Map;

/**
 * A transaction that may complete an event's job: one of which more is to be told than that all its
 * listeners succeeded is kept, though its topic deletes what is completed.
 *
 * @param context the attempt
 * @param transaction its transaction
 */
record KeptUnlessAllSucceeded(WorkContext<?> context, AttemptTransaction transaction)
    implements AttemptTransaction {
  @Override
  public String metadata() {
    return transaction.metadata();
  }

  @Override
  public void commit(Map<String, String> json) {
    transaction.commit(json);
  }

  @Override
  public void commitAndComplete(Map<String, String> json) {
    if (!Marks.read(transaction.metadata()).with(json).tellOfSuccessOnly()) {
      context.deleteOnCompletion(false);
    }
    transaction.commitAndComplete(json);
  }

  @Override
  public void rollback() {
    transaction.rollback();
  }
}
