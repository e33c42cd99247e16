package dev.gala.river.postgres;

import static dev.gala.river.postgres.MigratedDatabase.column;
import static dev.gala.river.postgres.MigratedDatabase.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Executor;
import dev.gala.river.job.Durability;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the server commits what is inserted relaxed, and what is not, on the same connection. */
class RelaxedCommitTest {
  private static final JobInsertParams OTHER =
      job("kind", "other", JobState.SCHEDULED, Instant.parse("2300-01-01T00:00:00Z"));

  private final MigratedDatabase migrated = new MigratedDatabase();

  /** Tells, of each transaction as it commits, how the server is about to do it. */
  @BeforeEach
  void watch() throws SQLException {
    migrated.execute(
        """
        do $$ begin
          execute format('alter database %I set synchronous_commit = on', current_database());
        end $$;
        create table committed (position serial, setting text);
        create function note() returns trigger language plpgsql as $body$
        begin
          insert into committed (setting) values (current_setting('synchronous_commit'));
          return null;
        end $body$;
        create constraint trigger note after insert on river_job
          deferrable initially deferred for each row execute function note()
        """);
  }

  @AfterEach
  void close() {
    migrated.close();
  }

  private List<String> committed() throws SQLException {
    return migrated.column(
        "with gone as (delete from committed returning *)"
            + " select setting from gone order by position");
  }

  private static Driver open(ConnectionSource source, boolean pooler) {
    return new PostgresDriverProvider()
        .open(
            new DatabaseConfig(
                new DatabaseConfig.Pool(source), null, "relaxed", 4, null, null, pooler));
  }

  /** Every way to insert, one row each, as two statements where there are two. */
  private static Stream<Runnable> ways(Executor executor) {
    List<JobInsertParams> one = List.of(job("kind"));
    return Stream.of(
        () -> executor.jobInsertFast(one, Set.of()),
        () -> executor.jobInsertFast(one, Set.of("q")),
        () -> executor.jobInsertRunning(one, "me"),
        () -> executor.jobInsertUnique(one, Set.of("q")),
        () -> executor.jobInsertUnique(one, Set.of(), inserted -> {}),
        () -> executor.jobInsertBulk(one, Set.of("q")));
  }

  private void assertEachCommitsAsItSays(Driver driver) throws SQLException {
    for (Durability durability : List.of(Durability.RELAXED, Durability.FULL, Durability.RELAXED)) {
      List<Runnable> ways = ways(driver.executor(durability)).toList();
      ways.forEach(Runnable::run);
      String setting = durability == Durability.RELAXED ? "off" : "on";
      assertThat(committed()).hasSize(ways.size()).containsOnly(setting);
    }
    List<JobInsertParams> unlike = List.of(job("kind"), OTHER);
    driver.executor(Durability.RELAXED).jobInsertFast(unlike, Set.of());
    driver.executor().jobInsertFast(unlike, Set.of());
    assertThat(committed()).containsExactly("off", "off", "on", "on");
    List<JobInsertParams> alike = List.of(job("kind"), job("kind"));
    for (Durability durability : List.of(Durability.RELAXED, Durability.FULL)) {
      Executor executor = driver.executor(durability);
      executor.jobInsertFast(alike, Set.of());
      executor.jobInsertFast(alike, Set.of("q"));
      executor.jobInsertRunning(alike, "me");
      String setting = durability == Durability.RELAXED ? "off" : "on";
      assertThat(committed()).hasSize(6).containsOnly(setting);
    }
  }

  /** A slot that is missing, or missed, would leave the insert in full, and nobody would know. */
  @Test
  void eachStatementSaysIt() {
    assertThat(
            Stream.of(
                RiverJobSql.JOB_INSERT_FAST,
                RiverJobSql.JOB_INSERT_ONE,
                RiverJobSql.JOB_INSERT_ONE_AND_NOTIFY,
                RiverJobSql.JOB_INSERT_ALIKE,
                RiverJobSql.JOB_INSERT_ALIKE_AND_NOTIFY,
                RiverJobRunningSql.JOB_INSERT_RUNNING,
                RiverJobRunningSql.JOB_INSERT_RUNNING_ONE))
        .allSatisfy(
            insert ->
                assertThat(RiverJobRelaxedSql.inserting(Durability.RELAXED).apply(insert))
                    .doesNotContain(RiverJobSql.SLOT_OF_DURABILITY)
                    .containsOnlyOnce("set_config('synchronous_commit', 'off', true)"));
    assertThat(RiverJobRelaxedSql.JOB_INSERT_UNIQUE)
        .containsOnlyOnce("set_config('synchronous_commit', 'off', true)");
  }

  @Test
  void holdsForTheTransactionAndIsGoneAfterIt() throws Exception {
    for (boolean autoCommit : List.of(true, false)) {
      try (Connection session = migrated.database.connect();
          Driver driver = open(new Lender(session), false)) {
        session.setAutoCommit(autoCommit);
        assertEachCommitsAsItSays(driver);
        ways(driver.executor(Durability.RELAXED)).forEach(Runnable::run);
        assertThat(column(session, "show synchronous_commit")).containsExactly("on");
        session.setAutoCommit(true);
        committed();
      }
    }
  }

  @Test
  void holdsThroughATransactionPoolerToo() throws Exception {
    var pooler = new TransactionPooler(migrated.database.dataSource(), 3);
    try (Driver driver = open(pooler, true)) {
      assertEachCommitsAsItSays(driver);
      for (Connection server : pooler.servers()) {
        assertThat(column(server, "show synchronous_commit")).containsExactly("on");
      }
    } finally {
      for (Connection server : pooler.servers()) {
        server.close();
      }
    }
  }

  /** What was relaxed for a transaction that failed is not for the next one. */
  @Test
  void isGoneWhenTheInsertFails() throws Exception {
    try (Connection session = migrated.database.connect();
        Driver driver = open(new Lender(session), false)) {
      List<JobInsertParams> bad = List.of(job("k".repeat(128)));
      Executor relaxed = driver.executor(Durability.RELAXED);
      for (Runnable insert :
          List.<Runnable>of(
              () -> relaxed.jobInsertFast(bad, Set.of()),
              () -> relaxed.jobInsertBulk(bad, Set.of()))) {
        assertThat(catchThrowable(insert::run)).isNotNull();
        driver.executor().jobInsertFast(List.of(job("kind")), Set.of());
      }
      assertThat(committed()).containsExactly("on", "on");
    }
  }
}
