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
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

class SqlStatesTest {
  /**
   * Every class of PostgreSQL's that a statement may fail with, and each code that is not as the
   * others of its class.
   */
  @ParameterizedTest
  @CsvSource({
    // state, code where we were to commit, code in the caller's transaction, transient;
    // an unknown outcome is never transient.
    "03000, DATABASE, DATABASE, false",
    "08000, OUTCOME_UNKNOWN, DATABASE_UNAVAILABLE, true",
    "08001, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true",
    "08003, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true",
    "08004, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true",
    "08006, OUTCOME_UNKNOWN, DATABASE_UNAVAILABLE, true",
    "08007, OUTCOME_UNKNOWN, DATABASE_UNAVAILABLE, true",
    "08P01, OUTCOME_UNKNOWN, DATABASE_UNAVAILABLE, true",
    "09000, ROW_REFUSED, ROW_REFUSED, false", // triggered action exception
    "0A000, DATABASE, DATABASE, false",
    "0B000, DATABASE, DATABASE, false",
    "20000, DATABASE, DATABASE, false",
    "21000, ROW_REFUSED, ROW_REFUSED, false", // a key twice in one statement
    "22001, ROW_REFUSED, ROW_REFUSED, false",
    "22P02, ROW_REFUSED, ROW_REFUSED, false",
    "22P05, ROW_REFUSED, ROW_REFUSED, false",
    "23502, ROW_REFUSED, ROW_REFUSED, false",
    "23503, ROW_REFUSED, ROW_REFUSED, false",
    "23505, ROW_REFUSED, ROW_REFUSED, false",
    "23514, ROW_REFUSED, ROW_REFUSED, false",
    "24000, DATABASE, DATABASE, false",
    "25000, DATABASE, DATABASE, false",
    "25006, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true", // read-only: a standby, until it is
    // promoted
    "25P02, DATABASE, DATABASE, false", // the caller's transaction has failed before
    "25P03, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true", // idle in transaction
    "25P04, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true", // transaction timeout
    "26000, DATABASE, DATABASE, false",
    "27000, ROW_REFUSED, ROW_REFUSED, false", // triggered data change violation
    "28000, DATABASE, DATABASE, false",
    "28P01, DATABASE, DATABASE, false",
    "2D000, DATABASE, DATABASE, false",
    "2F005, ROW_REFUSED, ROW_REFUSED, false", // a function's routine exception
    "38000, ROW_REFUSED, ROW_REFUSED, false",
    "39P01, ROW_REFUSED, ROW_REFUSED, false", // trigger protocol violated
    "3D000, DATABASE, DATABASE, false",
    "3F000, SCHEMA_OUTDATED, SCHEMA_OUTDATED, false",
    "40000, DATABASE, DATABASE, true",
    "40001, DATABASE, DATABASE, true", // serialization failure
    "40002, ROW_REFUSED, ROW_REFUSED, false", // a constraint, found at the commit
    "40003, OUTCOME_UNKNOWN, DATABASE_UNAVAILABLE, true", // statement completion unknown
    "40P01, DATABASE, DATABASE, true", // deadlock
    "42501, DATABASE, DATABASE, false",
    "42601, DATABASE, DATABASE, false",
    "42703, SCHEMA_OUTDATED, SCHEMA_OUTDATED, false",
    "42704, SCHEMA_OUTDATED, SCHEMA_OUTDATED, false",
    "42804, DATABASE, DATABASE, false",
    "42883, SCHEMA_OUTDATED, SCHEMA_OUTDATED, false",
    "42P01, SCHEMA_OUTDATED, SCHEMA_OUTDATED, false",
    "42P05, DATABASE, DATABASE, false",
    "42P10, SCHEMA_OUTDATED, SCHEMA_OUTDATED, false", // no unique index to infer
    "44000, ROW_REFUSED, ROW_REFUSED, false", // a view's check option
    "45000, ROW_REFUSED, ROW_REFUSED, false", // a trigger's own, as elsewhere
    "53000, DATABASE, DATABASE, true",
    "53100, DATABASE, DATABASE, true", // disk full
    "53200, DATABASE, DATABASE, true", // out of memory
    "53300, DATABASE, DATABASE, true", // too many connections
    "53400, DATABASE, DATABASE, true",
    "54000, ROW_REFUSED, ROW_REFUSED, false",
    "54001, ROW_REFUSED, ROW_REFUSED, false", // nested too deeply
    "55000, DATABASE, DATABASE, false",
    "55006, DATABASE, DATABASE, true",
    "55P02, DATABASE, DATABASE, false",
    "55P03, ROW_LOCKED, ROW_LOCKED, true",
    "55P04, DATABASE, DATABASE, false",
    "57000, DATABASE, DATABASE, true",
    "57014, TIMED_OUT, TIMED_OUT, true", // statement timeout, or cancelled by hand
    "57P01, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true",
    "57P02, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true",
    "57P03, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true",
    "57P04, DATABASE, DATABASE, false", // dropped
    "57P05, DATABASE_UNAVAILABLE, DATABASE_UNAVAILABLE, true",
    "58000, DATABASE, DATABASE, false",
    "58030, DATABASE, DATABASE, false",
    "58P01, DATABASE, DATABASE, false",
    "72000, DATABASE, DATABASE, true", // snapshot too old
    "99999, DATABASE, DATABASE, false", // the driver's own surprise
    "F0000, DATABASE, DATABASE, false",
    "HV000, DATABASE, DATABASE, false",
    "IM001, DATABASE, DATABASE, false",
    "P0001, ROW_REFUSED, ROW_REFUSED, false", // raised by a trigger
    "P0004, ROW_REFUSED, ROW_REFUSED, false", // a trigger's assertion
    "RX123, ROW_REFUSED, ROW_REFUSED, false", // a trigger's own
    "ZZ001, ROW_REFUSED, ROW_REFUSED, false",
    "70001, ROW_REFUSED, ROW_REFUSED, false",
    "XX000, DATABASE, DATABASE, false",
    "XX001, DATABASE, DATABASE, false",
    "XX002, DATABASE, DATABASE, false",
    "1234, DATABASE, DATABASE, false", // no SQLSTATE
    ", DATABASE, DATABASE, false",
  })
  void decideWhatAFailureMeans(
      String state, RiverError ours, RiverError callers, boolean isTransient) {
    var failure = new SQLException("words", state);

    RiverException own = SqlStates.failure("doing it", failure, SqlStates.Commit.OURS);
    RiverException given = SqlStates.failure("doing it", failure, SqlStates.Commit.NOT_OURS);

    assertThat(own.code()).isEqualTo(ours);
    assertThat(given.code()).isEqualTo(callers);
    assertThat(own.isTransient()).isEqualTo(isTransient && ours != RiverError.OUTCOME_UNKNOWN);
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
  void knowAFullQueueOfNotificationsFromALimitOfARow() {
    // As the server writes it, in its own language.
    String fields = "SFEHLER\0VERROR\0C54000\0Mzu viele\0Fasync.c\0L1\0RasyncQueueAddEntries\0";
    var failure = new PSQLException(new ServerErrorMessage(fields));

    RiverException read = SqlStates.failure("inserting", failure, SqlStates.Commit.OURS);

    assertThat(read.code()).isEqualTo(RiverError.DATABASE);
    assertThat(read.isTransient()).isTrue();
    assertThat(SqlStates.isTransient(failure)).isTrue();
    assertThat(read)
        .hasMessageStartingWith("inserting failed: SQLSTATE 54000: zu viele;")
        .hasMessageContaining("end it");
    var ofARow =
        new PSQLException(new ServerErrorMessage(fields.replace("async.c", "nbtinsert.c")));
    assertThat(SqlStates.failure("x", ofARow, SqlStates.Commit.OURS).code())
        .isEqualTo(RiverError.ROW_REFUSED);
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
