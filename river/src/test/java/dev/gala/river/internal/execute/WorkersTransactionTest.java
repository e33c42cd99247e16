package dev.gala.river.internal.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.driver.WorkTransaction;
import dev.gala.river.fake.Rows;
import dev.gala.river.internal.complete.Completion;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WorkersTransactionTest {
  private static final Instant NOW = Instant.parse("2026-05-06T07:08:09Z");

  private final Attempt attempt = Attempts.of(Rows.running(7, "k", 1, 25, 0, "{}"));
  private final Recorder recorder = new Recorder();

  @Test
  void theMarkIsTheLastThingBeforeTheCommit() {
    WorkersTransaction transaction = begin();

    assertThat(transaction.metadata()).isEqualTo("{\"before\":1}");
    transaction.commit(Map.of("b", "2", "a", "{}"));

    assertThat(recorder.calls).containsExactly("begin", "merge {\"a\":{},\"b\":2}", "commit");
    assertThat(attempt.completedByWorker()).isFalse();
  }

  @Test
  void aCompletionCarriesWhatIsStaged() {
    attempt.metadata().put("output", "3");
    begin().commitAndComplete(Map.of("mark", "4"));

    assertThat(recorder.calls)
        .containsExactly(
            "begin", "complete 2026-05-06T07:08:09Z {\"mark\":4,\"output\":3}", "commit");
    assertThat(attempt.completedByWorker()).isTrue();
  }

  @Test
  void aJobThatIsNotToStayIsDeletedInstead() {
    attempt.deleteWhenCompleted(true);
    attempt.metadata().put("output", "3");
    begin().commitAndComplete(Map.of("mark", "4"));

    assertThat(recorder.calls).containsExactly("begin", "delete", "commit");
    assertThat(attempt.completedByWorker()).isTrue();
    assertThat(attempt.row()).isEqualTo(Completion.Deletion.Row.GONE);
    recorder.failure = new RiverException(RiverError.OUTCOME_UNKNOWN, "no answer", null, true);
    WorkersTransaction unsure = begin();
    assertCode(RiverError.OUTCOME_UNKNOWN, () -> unsure.commitAndComplete(Map.of()));
    assertThat(attempt.row()).isEqualTo(Completion.Deletion.Row.MAYBE_GONE);
    recorder.failure = new RiverException(RiverError.ROW_REFUSED, "a deferred constraint");
    WorkersTransaction refused = begin();
    assertCode(RiverError.ROW_REFUSED, () -> refused.commitAndComplete(Map.of()));
    assertThat(attempt.row()).isEqualTo(Completion.Deletion.Row.THERE);
  }

  /** As a trigger does that answers null. */
  @Test
  void aJobThatTheDatabaseKeepsIsCompletedThere() {
    attempt.deleteWhenCompleted(true);
    recorder.deleted = WorkTransaction.Written.KEPT;
    begin().commitAndComplete(Map.of("mark", "4"));

    assertThat(recorder.calls)
        .containsExactly("begin", "delete", "complete 2026-05-06T07:08:09Z {\"mark\":4}", "commit");
    assertThat(attempt.completedByWorker()).isTrue();
    assertThat(attempt.row()).isEqualTo(Completion.Deletion.Row.THERE);
    recorder.failure = new RiverException(RiverError.OUTCOME_UNKNOWN, "no answer", null, true);
    WorkersTransaction unsure = begin();
    assertCode(RiverError.OUTCOME_UNKNOWN, () -> unsure.commitAndComplete(Map.of()));
    assertThat(attempt.completedByWorker()).isTrue();
    assertThat(attempt.row()).isEqualTo(Completion.Deletion.Row.THERE);
  }

  @Test
  void aRowThatTheDatabaseKeepsAsItIsCommitsNothing() {
    WorkersTransaction transaction = begin();
    recorder.written = WorkTransaction.Written.KEPT;

    assertCode(RiverError.ROW_REFUSED, () -> transaction.commitAndComplete(Map.of()));
    assertThat(recorder.calls).endsWith("rollback");
    assertThat(attempt.completedByWorker()).isFalse();
  }

  @Test
  void aLostClaimCommitsNothing() {
    WorkersTransaction marking = begin();
    WorkersTransaction completing = begin();
    recorder.written = WorkTransaction.Written.CLAIM_LOST;
    recorder.calls.clear();

    assertCode(RiverError.CLAIM_LOST, () -> marking.commit(Map.of()));
    assertCode(RiverError.CLAIM_LOST, () -> completing.commitAndComplete(Map.of()));

    assertThat(recorder.calls)
        .containsExactly("merge {}", "rollback", "complete 2026-05-06T07:08:09Z null", "rollback");
    assertThat(attempt.completedByWorker()).isFalse();
    recorder.metadata = null;
    assertCode(RiverError.CLAIM_LOST, this::begin);
  }

  @Test
  void aWorkerThatCommittedItselfIsTold() {
    WorkersTransaction transaction = begin();
    recorder.written = WorkTransaction.Written.TRANSACTION_ENDED;

    assertThatThrownBy(() -> transaction.commit(Map.of()))
        .hasMessageContaining("was ended by the worker itself")
        .hasMessageContaining("leave out its COMMIT or ROLLBACK");
    assertThat(recorder.calls).endsWith("rollback");
  }

  @Test
  void onlyTheRowKnowsWhatBecameOfACommitWithoutAnAnswer() {
    recorder.failure = new RiverException(RiverError.OUTCOME_UNKNOWN, "no answer", null, true);
    WorkersTransaction transaction = begin();

    assertCode(RiverError.OUTCOME_UNKNOWN, () -> transaction.commitAndComplete(Map.of()));

    assertThat(attempt.completedByWorker()).isTrue();
    assertThat(recorder.calls).doesNotContain("rollback");
    recorder.failure = new RiverException(RiverError.ROW_REFUSED, "a deferred constraint");
    WorkersTransaction refused = begin();
    assertCode(RiverError.ROW_REFUSED, () -> refused.commitAndComplete(Map.of()));
    assertThat(attempt.completedByWorker()).isFalse();
  }

  @Test
  void itEndsOnce() {
    WorkersTransaction transaction = begin();
    transaction.rollback();
    transaction.rollback();

    assertThat(recorder.calls).containsExactly("begin", "rollback");
    assertThatThrownBy(() -> transaction.commit(Map.of())).hasMessageContaining("has ended");
    assertThat(recorder.calls).hasSize(2);
  }

  @Test
  void keysOfRiverAndWhatIsNoJsonAreRefused() {
    WorkersTransaction transaction = begin();
    assertCode(RiverError.CONFIG_INVALID, () -> transaction.commit(Map.of("river:log", "1")));
    assertCode(RiverError.CONFIG_INVALID, () -> transaction.commit(Map.of("a", "{")));
    assertThat(recorder.calls).containsExactly("begin");
  }

  private WorkersTransaction begin() {
    return WorkersTransaction.begin(attempt, recorder, InstantSource.fixed(NOW));
  }

  private static void assertCode(
      RiverError code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatExceptionOfType(RiverException.class)
        .isThrownBy(call)
        .extracting(RiverException::code)
        .isEqualTo(code);
  }

  private static final class Recorder implements WorkTransaction {
    private final List<String> calls = new ArrayList<>();
    private @Nullable String metadata = "{\"before\":1}";
    private Written written = Written.DONE;
    private Written deleted = Written.DONE;
    private @Nullable RiverException failure;

    @Override
    public @Nullable String begin() {
      calls.add("begin");
      return metadata;
    }

    @Override
    public Written delete() {
      calls.add("delete");
      return deleted;
    }

    @Override
    public Written merge(String json) {
      calls.add("merge " + json);
      return written;
    }

    @Override
    public Written complete(Instant finalizedAt, @Nullable String json) {
      calls.add("complete " + finalizedAt + " " + json);
      return written;
    }

    @Override
    public void commit() {
      calls.add("commit");
      if (failure != null) {
        throw failure;
      }
    }

    @Override
    public void rollback() {
      calls.add("rollback");
    }
  }
}
