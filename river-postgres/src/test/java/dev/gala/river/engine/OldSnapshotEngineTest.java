package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobType;
import dev.gala.river.job.Tx;
import dev.gala.river.json.JsonArgs;
import dev.gala.river.worker.Outcome;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** While somebody holds an old snapshot, whatever comes to stand anywhere in a queue is worked. */
class OldSnapshotEngineTest {
  record Numbered(int number) {}

  private static final JobType<Numbered> NUMBERED =
      JobType.of("numbered", JsonArgs.of(Numbered.class));

  private static final int DEAD = 60_000;
  private static final int ROUNDS = 100;

  private final TestDatabase postgres = TestDatabase.create();
  private RiverDatabase database;

  @BeforeEach
  void connect() {
    database = RiverDatabase.connect(postgres.url());
    database.migrator().up();
  }

  @AfterEach
  void close() {
    database.close();
    postgres.close();
  }

  /** It polls once a minute: what its claims pass over must be found without that. */
  @Test
  void whateverComesToStandBeforeWhatWasClaimedIsWorked() throws Exception {
    execute(
        """
        insert into river_job (args, kind, max_attempts, scheduled_at)
        select '{"number": 0}', 'numbered', 25, now() - interval '1 hour' + n * interval '1 ms'
        from generate_series(1, %d) as n
        """
            .formatted(DEAD));
    var done = new CountDownLatch(3 * ROUNDS);
    RiverConfig config =
        RiverConfig.builder()
            .queue("default", 10)
            .fetchPollInterval(Duration.ofMinutes(1))
            .worker(
                NUMBERED,
                context -> {
                  done.countDown();
                  return Outcome.done();
                })
            .build();
    try (Connection old = postgres.connect();
        Statement holding = old.createStatement()) {
      old.setAutoCommit(false);
      old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      holding.execute("select count(*) from river_job");
      execute("update river_job set state = 'completed', finalized_at = now(), attempt = 1");
      try (RiverClient client = RiverClient.create(database, config)) {
        client.start();
        for (int round = 1; round <= ROUNDS; round++) {
          insert(client, round, 1 + round % 4, "now()");
          insert(client, round, 1, "now() - interval '90 minutes'");
          insert(client, round, 3, "now() - interval '2 hours'");
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
      }
      old.rollback();
    }
    assertThat(text("select count(*) from river_job where attempt > 1")).isEqualTo("0");
  }

  /** With its notification, in one transaction, and available whenever it is due. */
  private void insert(RiverClient client, int number, int priority, String scheduledAt)
      throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      long id =
          client
              .insert(
                  NUMBERED,
                  new Numbered(number),
                  InsertOptions.builder().priority(priority).build(),
                  Tx.on(connection))
              .job()
              .id();
      statement.execute("update river_job set scheduled_at = " + scheduledAt + " where id = " + id);
      connection.commit();
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String text(String sql) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
