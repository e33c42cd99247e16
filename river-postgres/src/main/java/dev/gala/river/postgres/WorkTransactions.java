package dev.gala.river.postgres;

import dev.gala.river.driver.WorkTransaction;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Binds the statements of {@link RiverJobTransactionSql}, resolved for one schema. */
final class WorkTransactions {
  private static final Logger LOG = LoggerFactory.getLogger(WorkTransactions.class);

  private final String begin;
  private final String merge;
  private final String complete;
  private final String delete;

  WorkTransactions(Schema schema) {
    begin = schema.resolve(RiverJobTransactionSql.BEGIN);
    merge = schema.resolve(RiverJobTransactionSql.MERGE);
    complete = schema.resolve(RiverJobTransactionSql.COMPLETE);
    delete = schema.resolve(RiverJobTransactionSql.DELETE);
  }

  /**
   * The transaction open on {@code connection}.
   *
   * @throws RiverException if there is none, or it is no connection to PostgreSQL
   */
  WorkTransaction on(Connection connection, AttemptId attempt) {
    return new OnConnection(connection, new CallerTransaction(connection), attempt);
  }

  /**
   * The row of an attempt.
   *
   * @param metadata a JSON object
   * @param beganAt when the transaction that read it began
   */
  private record Found(String metadata, Instant beganAt) {}

  private final class OnConnection implements WorkTransaction {
    private final Connection connection;
    private final Transactions statements;
    private final AttemptId attempt;
    private @Nullable Instant beganAt;

    OnConnection(Connection connection, Transactions statements, AttemptId attempt) {
      this.connection = connection;
      this.statements = statements;
      this.attempt = attempt;
    }

    @Override
    public @Nullable String begin() {
      Found found = statements.run("reading the row of " + attempt, this::read).orElse(null);
      if (found == null) {
        return null;
      }
      beganAt = found.beganAt();
      return found.metadata();
    }

    private Optional<Found> read(Connection open) throws SQLException {
      try (PreparedStatement statement = open.prepareStatement(begin)) {
        bindFence(statement, 1);
        try (ResultSet rows = statement.executeQuery()) {
          return rows.next()
              ? Optional.of(new Found(rows.getString("metadata"), Times.require(rows, "began_at")))
              : Optional.empty();
        }
      }
    }

    @Override
    public Written merge(String metadata) {
      return statements.run(
          "writing the metadata of " + attempt,
          open -> {
            try (PreparedStatement statement = open.prepareStatement(merge)) {
              statement.setString(1, StorableText.ofJson(metadata));
              return written(open, statement, bindFence(statement, 2));
            }
          });
    }

    @Override
    public Written complete(Instant finalizedAt, @Nullable String metadata) {
      return statements.run(
          "completing " + attempt,
          open -> {
            try (PreparedStatement statement = open.prepareStatement(complete)) {
              statement.setString(1, Times.text(finalizedAt));
              statement.setString(2, metadata == null ? null : StorableText.ofJson(metadata));
              return written(open, statement, bindFence(statement, 3));
            }
          });
    }

    @Override
    public Written delete() {
      return statements.run(
          "deleting the job of " + attempt,
          open -> {
            try (PreparedStatement statement = open.prepareStatement(delete)) {
              return written(open, statement, bindFence(statement, 1));
            }
          });
    }

    /** Returns the number of the next parameter. */
    private int bindFence(PreparedStatement statement, int first) throws SQLException {
      statement.setLong(first, attempt.jobId());
      statement.setInt(first + 1, attempt.attempt());
      statement.setString(first + 2, Times.text(attempt.attemptedAt()));
      return first + 3;
    }

    private Written written(Connection open, PreparedStatement statement, int last)
        throws SQLException {
      statement.setString(last, Times.text(beganAt));
      if (statement.executeUpdate() > 0) {
        return Written.DONE;
      }
      Found found = beganAt == null ? null : read(open).orElse(null);
      if (found == null) {
        return Written.CLAIM_LOST;
      }
      // The fence still holds: then the transaction is another, or something keeps the row.
      return found.beganAt().equals(beganAt) ? Written.KEPT : Written.TRANSACTION_ENDED;
    }

    @Override
    public void commit() {
      try {
        connection.commit();
      } catch (SQLException e) {
        throw SqlStates.notCommitted("committing the transaction of " + attempt, e);
      }
    }

    @Override
    public void rollback() {
      try {
        connection.rollback();
      } catch (SQLException e) {
        LOG.debug("rolling back the transaction of {} failed: its connection is gone", attempt, e);
      }
    }
  }
}
