package dev.gala.river.memory;

import dev.gala.river.driver.WorkTransaction;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A worker's transaction in memory. */
final class MemoryWorkTransaction implements WorkTransaction {
  private final MemoryConnection connection;
  private final AttemptId attempt;
  private long begun;

  MemoryWorkTransaction(MemoryConnection connection, AttemptId attempt) {
    this.connection = connection;
    this.attempt = attempt;
  }

  @Override
  public @Nullable String begin() {
    begun = connection.transaction();
    JobRow row = connection.change(table -> table.row(attempt.jobId()));
    return row != null && JobTable.holds(row, attempt) ? row.metadata() : null;
  }

  @Override
  public Written merge(String metadata) {
    return write(table -> table.merge(attempt, metadata));
  }

  @Override
  public Written complete(Instant finalizedAt, @Nullable String metadata) {
    return write(table -> table.completeWith(attempt, finalizedAt, metadata));
  }

  @Override
  public Written delete() {
    return write(table -> table.deleteIfRunning(attempt));
  }

  private Written write(Predicate<JobTable> write) {
    if (connection.transaction() != begun) {
      return Written.TRANSACTION_ENDED;
    }
    try {
      connection.change(
          table -> {
            // When it is made again at the commit, the claim must be there still.
            if (!write.test(table)) {
              throw new RiverException(RiverError.CLAIM_LOST, attempt + " has lost its claim");
            }
            return true;
          });
      return Written.DONE;
    } catch (RiverException lost) {
      return Written.CLAIM_LOST;
    }
  }

  @Override
  public void commit() {
    connection.commit();
  }

  @Override
  public void rollback() {
    connection.rollback();
  }
}
