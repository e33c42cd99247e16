package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.Durability;
import dev.gala.river.job.HeartbeatConfig;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.MaintenanceConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.json.JsonArgs;
import dev.gala.river.worker.Outcome;
import dev.gala.test.postgres.EmbeddedPostgres;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What inserts survive that take less durability, and what they do not. */
class RelaxedInsertTest {
  record Step(int inserter, int number) {}

  private static final JobType<Step> STEP = JobType.of("step", JsonArgs.of(Step.class));

  private static final InsertOptions RELAXED =
      InsertOptions.builder().durability(Durability.RELAXED).build();

  private static final int INSERTERS = 3;
  private static final int ENOUGH = 200;
  private static final int NEW = 10;

  /** More than the server notes as given out at once, so that some are given out again. */
  private static final int MANY_IDS = 40;

  private static List<Integer> numbers(Connection connection, String query) throws SQLException {
    try (connection;
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      var numbers = new ArrayList<Integer>();
      while (rows.next()) {
        numbers.add(rows.getInt(1));
      }
      return numbers;
    }
  }

  @Test
  void nothingIsLostWhenTheInsertingProcessIsKilled() throws Exception {
    try (TestDatabase postgres = TestDatabase.create();
        RiverDatabase database = RiverDatabase.connect(postgres.url())) {
      database.migrator().up();
      try (MortalWorker emitter =
          MortalWorker.start(Emitting.class, postgres.url(), "1", Durability.RELAXED.name())) {
        emitter.await("stored", ENOUGH);
        emitter.kill();
        assertThat(emitter.tasks("stored")).hasSizeGreaterThanOrEqualTo(ENOUGH);
        assertThat(numbers(postgres.connect(), "select (args->>'number')::int from river_job"))
            .doesNotHaveDuplicates()
            .containsAll(emitter.tasks("stored"));
      }
    }
  }

  /**
   * The server's writer is made as slow as it can be, so that much is not on disk when the server
   * crashes. Of each inserter the end may be missing, and nothing before it.
   */
  @Test
  void aCrashOfTheServerLosesNoMoreThanTheEnd() throws Exception {
    try (EmbeddedPostgres postgres =
            EmbeddedPostgres.builder().durable().setting("wal_writer_delay", "10s").start();
        RiverDatabase database = RiverDatabase.connect(postgres.url());
        RiverClient client = RiverClient.create(database, RiverConfig.builder().build())) {
      database.migrator().up();
      // Written with all that was committed before it.
      client.insert(STEP, new Step(-1, 0), RELAXED, Tx.own());
      client.insert(STEP, new Step(-1, 1));
      var threads = new ArrayList<Thread>();
      var inserters = new ArrayList<Inserter>();
      var enough = new CountDownLatch(INSERTERS * ENOUGH);
      for (int i = 0; i < INSERTERS; i++) {
        var inserter = new Inserter(client, i, enough, new ArrayList<>(), new ArrayList<>());
        inserters.add(inserter);
        threads.add(Thread.ofPlatform().start(inserter));
      }
      enough.await();
      postgres.crash();
      for (Thread thread : threads) {
        thread.join();
      }
      postgres.restart();

      for (Inserter inserter : inserters) {
        List<Integer> found =
            numbers(
                postgres.connect(),
                "select (args->>'number')::int from river_job where (args->>'inserter')::int = "
                    + inserter.id()
                    + " order by 1");
        assertThat(inserter.failures())
            .singleElement()
            .isIn(RiverError.OUTCOME_UNKNOWN, RiverError.DATABASE_UNAVAILABLE, RiverError.DATABASE);
        assertThat(found).as("none is missing before one that is there").isEqualTo(upTo(found));
        // The last one's answer was lost, so that it may be there or not.
        assertThat(new HashSet<>(inserter.stored())).containsAll(upTo(found.size() - 1));
      }
      assertThat(
              numbers(
                  postgres.connect(),
                  "select (args->>'number')::int from river_job where (args->>'inserter')::int = -1"
                      + " order by 1"))
          .containsExactly(0, 1);
    }
  }

  /**
   * Jobs that begin where they are inserted, and are gone after the crash while they run. Others
   * may then have their ids, and the ends of those that are gone must not become theirs. How many
   * are gone is up to the server, which any commit in full, a heartbeat's for instance, has write
   * all before it: it may be none, and nothing is asserted of that.
   */
  @Test
  @Timeout(120)
  void whatRunsAndIsGoneEndsAndTouchesNoOther() throws Exception {
    var oldMayEnd = new CountDownLatch(1);
    var newMayEnd = new CountDownLatch(1);
    var ran = new ConcurrentLinkedQueue<Step>();
    RiverConfig config =
        RiverConfig.builder()
            .queue("default", 5_000)
            .directDispatch(true)
            .heartbeat(HeartbeatConfig.ofTtl(Duration.ofMinutes(10)))
            .maintenance(MaintenanceConfig.builder().leaderElection(false).build())
            .worker(
                STEP,
                context -> {
                  switch (context.args().inserter()) {
                    case 0 -> oldMayEnd.await();
                    case 1 -> newMayEnd.await();
                    default -> {}
                  }
                  ran.add(context.args());
                  return Outcome.done();
                })
            .build();
    try (EmbeddedPostgres postgres =
            EmbeddedPostgres.builder().durable().setting("wal_writer_delay", "10s").start();
        RiverDatabase database = RiverDatabase.connect(postgres.url())) {
      database.migrator().up();
      try (RiverClient client = RiverClient.create(database, config)) {
        client.start();
        List<Step> begun = insertUntilTheyBegin(client);
        postgres.crash();
        postgres.restart();
        for (int i = 0; i < NEW; i++) {
          insertOnceItIsBack(client, new Step(1, i));
        }
        oldMayEnd.countDown();
        while (!ran.containsAll(begun)) {
          Thread.onSpinWait();
        }
        // Its end is written after theirs.
        insertOnceItIsBack(client, new Step(2, 0));
        awaitEnd(postgres, "(args->>'inserter')::int = 2");
        assertThat(completed(postgres.connect(), 1)).isEmpty();
        newMayEnd.countDown();
        awaitEnd(postgres, "true");
      }
      assertThat(completed(postgres.connect(), 1)).isEqualTo(upTo(NEW));
    }
    assertThat(ran).doesNotHaveDuplicates();
  }

  /** Many in a row: claims, which are in full, would write those before them to disk. */
  private static List<Step> insertUntilTheyBegin(RiverClient client) {
    var begun = new ArrayList<Step>();
    for (int number = 0; begun.size() < MANY_IDS; number++) {
      var step = new Step(0, number);
      if (client.insert(STEP, step, RELAXED, Tx.own()).job().state() == JobState.RUNNING) {
        begun.add(step);
      } else {
        begun.clear();
      }
    }
    return begun;
  }

  /** Waits until those jobs are completed. */
  private static void awaitEnd(EmbeddedPostgres postgres, String which) throws SQLException {
    String left = "select 1 from river_job where state <> 'completed' and " + which;
    while (!numbers(postgres.connect(), left).isEmpty()) {
      // The server waits: a sleep of ours would be no signal either.
      numbers(postgres.connect(), "select 1 from pg_sleep(0.1)");
    }
  }

  /** The numbers of an inserter's jobs that were completed in their first attempt. */
  private static List<Integer> completed(Connection connection, int inserter) throws SQLException {
    return numbers(
        connection,
        "select (args->>'number')::int from river_job where state = 'completed' and attempt = 1"
            + " and errors is null and (args->>'inserter')::int = "
            + inserter
            + " order by 1");
  }

  private static void insertOnceItIsBack(RiverClient client, Step step) {
    while (true) {
      try {
        client.insert(STEP, step);
        return;
      } catch (RiverException e) {
        // A connection from before the crash: nobody could have stored it on that.
        assertThat(e.code()).isIn(RiverError.OUTCOME_UNKNOWN, RiverError.DATABASE_UNAVAILABLE);
      }
    }
  }

  private static List<Integer> upTo(List<Integer> found) {
    return upTo(found.size());
  }

  private static List<Integer> upTo(int count) {
    var numbers = new ArrayList<Integer>();
    for (int i = 0; i < count; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  /** Inserts one after the other until one fails, and notes those that returned. */
  private record Inserter(
      RiverClient client,
      int id,
      CountDownLatch enough,
      List<Integer> stored,
      List<RiverError> failures)
      implements Runnable {
    @Override
    public void run() {
      try {
        for (int number = 0; ; number++) {
          client.insert(STEP, new Step(id, number), RELAXED, Tx.own());
          stored.add(number);
          enough.countDown();
        }
      } catch (RiverException e) {
        failures.add(e.code());
      }
    }
  }
}
