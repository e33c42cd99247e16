package dev.gala.river.driver.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.WorkTransaction;
import dev.gala.river.driver.WorkTransaction.Written;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.ConnectionPool;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Workers' own transactions, in which their effects and the end of their attempt are one. */
public abstract class TransactionConformance extends DriverConformance {
  private static final Instant END = Instant.parse("2026-05-06T07:08:09.123456Z");

  private @Nullable Connection connection;

  /** For subclasses. */
  protected TransactionConformance() {}

  @AfterEach
  final void giveBack() throws SQLException {
    if (connection != null) {
      connection.close();
    }
  }

  private Connection connection() throws SQLException {
    if (connection == null) {
      connection = driver().connect();
      connection.setAutoCommit(false);
    }
    return connection;
  }

  private WorkTransaction of(AttemptId attempt) throws SQLException {
    return driver().workTransaction(connection(), attempt);
  }

  @Test
  void metadataAreMergedByTheCommit() throws Exception {
    JobRow row = running();
    WorkTransaction transaction = of(row.attemptId());

    assertThat(transaction.begin()).isEqualTo("{}");
    assertThat(transaction.merge("{\"mark\": [1]}")).isEqualTo(Written.DONE);
    assertThat(row(row.id()).metadata()).as("before the commit").isEqualTo("{}");
    transaction.commit();

    assertThat(row(row.id()).metadata()).isEqualTo("{\"mark\": [1]}");
    assertThat(row(row.id()).state()).isEqualTo(JobState.RUNNING);
    assertThat(of(row.attemptId()).begin()).isEqualTo("{\"mark\": [1]}");
  }

  @Test
  void aCompletionIsOneWithTheTransaction() throws Exception {
    JobRow bare = running();
    JobRow withMetadata = running();
    WorkTransaction first = of(bare.attemptId());
    first.begin();
    assertThat(first.complete(END, null)).isEqualTo(Written.DONE);
    first.commit();
    WorkTransaction second = of(withMetadata.attemptId());
    second.begin();
    assertThat(second.complete(END, "{\"a\": 1}")).isEqualTo(Written.DONE);
    second.commit();
    WorkTransaction third = of(running().attemptId());
    third.begin();
    assertThat(third.complete(END, null)).isEqualTo(Written.DONE);
    third.rollback();

    for (JobRow ended : List.of(row(bare.id()), row(withMetadata.id()))) {
      assertThat(ended.state()).isEqualTo(JobState.COMPLETED);
      assertThat(ended.finalizedAt()).isEqualTo(END);
    }
    assertThat(row(withMetadata.id()).metadata()).isEqualTo("{\"a\": 1}");
    assertThat(row(withMetadata.id() + 1).state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  void aDeletionIsOneWithTheTransaction() throws Exception {
    JobRow gone = running();
    WorkTransaction first = of(gone.attemptId());
    first.begin();
    assertThat(first.delete()).isEqualTo(Written.DONE);
    assertThat(row(gone.id())).as("before the commit").isEqualTo(gone);
    first.commit();
    JobRow kept = running();
    WorkTransaction second = of(kept.attemptId());
    second.begin();
    assertThat(second.delete()).isEqualTo(Written.DONE);
    second.rollback();

    assertThat(executor().jobGet(gone.id())).isNull();
    assertThat(row(kept.id())).isEqualTo(kept);
    assertThat(of(gone.attemptId()).begin()).isNull();
  }

  @Test
  void anAttemptThatLostItsClaimWritesNothing() throws Exception {
    JobRow row = running();
    AttemptId now = row.attemptId();
    List<AttemptId> others =
        List.of(
            new AttemptId(now.jobId(), now.attempt() + 1, now.attemptedAt()),
            new AttemptId(now.jobId(), now.attempt(), now.attemptedAt().plusNanos(1_000)),
            new AttemptId(now.jobId() + 1, now.attempt(), now.attemptedAt()));
    for (AttemptId other : others) {
      assertThat(of(other).begin()).isNull();
      assertThat(of(other).merge("{\"m\": 1}")).isEqualTo(Written.CLAIM_LOST);
      assertThat(of(other).complete(END, "{\"m\": 1}")).isEqualTo(Written.CLAIM_LOST);
      assertThat(of(other).delete()).isEqualTo(Written.CLAIM_LOST);
      of(other).commit();
    }
    assertThat(row(row.id())).isEqualTo(row);
  }

  @Test
  void aClaimLostMeanwhileIsFoundByTheLastStatement() throws Exception {
    JobRow row = running();
    WorkTransaction transaction = of(row.attemptId());
    assertThat(transaction.begin()).isNotNull();
    executor()
        .jobSetStateIfRunning(
            List.of(
                new JobSetStateParams(
                    row.attemptId(), JobState.RETRYABLE, null, null, null, null, FUTURE)),
            false);

    assertThat(transaction.merge("{\"m\": 1}")).isEqualTo(Written.CLAIM_LOST);
    assertThat(transaction.complete(END, null)).isEqualTo(Written.CLAIM_LOST);
    assertThat(transaction.delete()).isEqualTo(Written.CLAIM_LOST);
    transaction.rollback();

    assertThat(row(row.id()).state()).isEqualTo(JobState.RETRYABLE);
  }

  @Test
  void whatIsReadKeepsNobodyWaiting() throws Exception {
    JobRow row = running();
    WorkTransaction transaction = of(row.attemptId());
    transaction.begin();

    assertThat(executor().jobCancel(row.id(), END)).isNotNull();
    assertThat(executor().jobMergeMetadataIfRunning(row.attemptId(), "{\"beat\": 1}")).isTrue();

    assertThat(transaction.merge("{\"mark\": 1}")).isEqualTo(Written.DONE);
    transaction.commit();
    assertThat(row(row.id()).metadata()).contains("\"beat\": 1").contains("\"mark\": 1");
  }

  @Test
  void aTransactionThatTheWorkerEndedIsFoundOut() throws Exception {
    JobRow row = running();
    WorkTransaction transaction = of(row.attemptId());
    transaction.begin();
    connection().commit();

    assertThat(transaction.merge("{\"m\": 1}")).isEqualTo(Written.TRANSACTION_ENDED);
    assertThat(transaction.complete(END, null)).isEqualTo(Written.TRANSACTION_ENDED);
    assertThat(transaction.delete()).isEqualTo(Written.TRANSACTION_ENDED);
    transaction.commit();

    assertThat(row(row.id())).isEqualTo(row);
  }

  @Test
  void aConnectionWithoutATransactionIsRefused() throws Exception {
    AttemptId attempt = running().attemptId();
    connection().setAutoCommit(true);
    refusal(RiverError.CONNECTION_IN_AUTO_COMMIT, () -> of(attempt));
  }

  @Test
  void aBrokenConnectionLeavesTheCommitUnknownAndTheRollbackDone() throws Exception {
    JobRow row = running();
    WorkTransaction transaction = of(row.attemptId());
    transaction.begin();
    transaction.merge("{\"m\": 1}");
    connection().abort(Runnable::run);

    refusal(RiverError.OUTCOME_UNKNOWN, transaction::commit);
    transaction.rollback();

    assertThat(row(row.id())).isEqualTo(row);
  }

  @Test
  void workersConnectionsAreLimited() throws Exception {
    try (ConnectionPool pool = driver().pool(1)) {
      try (Connection one = pool.borrow()) {
        assertThat(one.getAutoCommit()).isTrue();
        assertThat(one.getNetworkTimeout()).isZero();
      }
      pool.borrow().close();
    }
    ConnectionPool closed = driver().pool(1);
    closed.close();
    closed.close();
    assertThat(org.assertj.core.api.Assertions.catchThrowable(closed::borrow))
        .isInstanceOf(RiverException.class);
  }
}
