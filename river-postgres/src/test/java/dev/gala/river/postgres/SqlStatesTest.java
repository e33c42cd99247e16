package dev.gala.river.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.io.EOFException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlStatesTest {
  @ParameterizedTest
  @CsvSource({
    // state, code where we were to commit, code in the caller's transaction, transient
    "08000, OUTCOME_UNKNOWN, DATABASE_UNAVAILABLE, true",
    "08001, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true",
    "08003, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true",
    "08004, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true",
    "08006, OUTCOME_UNKNOWN, DATABASE_UNAVAILABLE, true",
    "08007, OUTCOME_UNKNOWN, DATABASE_UNAVAILABLE, true",
    "08P01, OUTCOME_UNKNOWN, DATABASE_UNAVAILABLE, true",
    "22001, ROW_REFUSED, ROW_REFUSED, false",
    "22P02, ROW_REFUSED, ROW_REFUSED, false",
    "22P05, ROW_REFUSED, ROW_REFUSED, false",
    "23505, ROW_REFUSED, ROW_REFUSED, false",
    "23514, ROW_REFUSED, ROW_REFUSED, false",
    "25006, DATABASE, DATABASE, true",
    "25P02, DATABASE, DATABASE, false",
    "25P03, DATABASE, DATABASE, true",
    "3F000, SCHEMA_OUTDATED, SCHEMA_OUTDATED, false",
    "40001, DATABASE, DATABASE, true",
    "40P01, DATABASE, DATABASE, true",
    "42501, DATABASE, DATABASE, false",
    "42601, DATABASE, DATABASE, false",
    "42703, SCHEMA_OUTDATED, SCHEMA_OUTDATED, false",
    "42704, SCHEMA_OUTDATED, SCHEMA_OUTDATED, false",
    "42883, SCHEMA_OUTDATED, SCHEMA_OUTDATED, false",
    "42P01, SCHEMA_OUTDATED, SCHEMA_OUTDATED, false",
    "53100, DATABASE, DATABASE, true",
    "53300, DATABASE, DATABASE, true",
    "54000, ROW_REFUSED, ROW_REFUSED, false",
    "55P03, ROW_LOCKED, ROW_LOCKED, true",
    "57014, TIMED_OUT, TIMED_OUT, true",
    "57P01, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true",
    "57P02, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true",
    "57P03, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true",
    "57P04, DATABASE, DATABASE, false",
    "57P05, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true",
    "58030, DATABASE, DATABASE, false",
    "XX000, DATABASE, DATABASE, false",
    ", DATABASE, DATABASE, false",
  })
  void decideWhatAFailureMeans(
      String state, RiverError ours, RiverError callers, boolean isTransient) {
    var failure = new SQLException("words", state);

    RiverException own = SqlStates.failure("doing it", failure, SqlStates.Commit.OURS);
    RiverException given = SqlStates.failure("doing it", failure, SqlStates.Commit.NOT_OURS);

    assertThat(own.code()).isEqualTo(ours);
    assertThat(given.code()).isEqualTo(callers);
    assertThat(own.isTransient()).isEqualTo(isTransient);
    assertThat(given.isTransient()).isEqualTo(isTransient);
    assertThat(own.getMessage())
        .startsWith(
            "doing it failed: " + (state == null ? "" : "SQLSTATE " + state + ": ") + "words");
    assertThat(own).hasCause(failure);
  }

  @ParameterizedTest
  @CsvSource({
    "08003, OUTCOME_UNKNOWN",
    "08006, OUTCOME_UNKNOWN",
    "23505, ROW_REFUSED",
    "25P02, DATABASE",
    "40001, DATABASE",
    "40003, OUTCOME_UNKNOWN",
    "53100, DATABASE",
    "57014, OUTCOME_UNKNOWN",
    "57P01, OUTCOME_UNKNOWN",
    "58030, OUTCOME_UNKNOWN",
    "XX000, OUTCOME_UNKNOWN",
    ", OUTCOME_UNKNOWN",
  })
  void believeOnlyWhatTheServerSaysOfACommit(String state, RiverError code) {
    assertThat(SqlStates.notCommitted("committing", new SQLException("words", state)).code())
        .isEqualTo(code);
  }

  @Test
  void takeABrokenStreamForALostConnection() {
    var failure = new SQLException("words", null, new EOFException());

    assertThat(SqlStates.failure("x", failure, SqlStates.Commit.OURS).code())
        .isEqualTo(RiverError.OUTCOME_UNKNOWN);
  }

  @Test
  void showWhatTheServerSaidBehindThePool() {
    var refused = new SQLException("password authentication failed", "28P01");
    var failure = new SQLTransientConnectionException("pool - timed out", null, refused);

    RiverException notOpened = SqlStates.notOpened("host \"h\"", failure);
    RiverException unavailable = SqlStates.unavailable("claiming", "host \"h\"", failure);

    assertThat(notOpened.getMessage())
        .isEqualTo("no connection to host \"h\": SQLSTATE 28P01: password authentication failed");
    assertThat(notOpened.code()).isEqualTo(RiverError.DATABASE_UNAVAILABLE);
    assertThat(notOpened.isTransient()).isFalse();
    assertThat(unavailable.getMessage())
        .startsWith("claiming failed: no connection to host \"h\": ");
    assertThat(unavailable.isTransient()).isTrue();
  }
}
