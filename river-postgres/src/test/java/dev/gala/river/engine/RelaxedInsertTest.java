package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.Durability;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.json.JsonArgs;
import dev.gala.test.postgres.EmbeddedPostgres;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What inserts survive that take less durability, and what they do not. */
class RelaxedInsertTest {
  record Step(int inserter, int number) {}

  private static final JobType<Step> STEP = JobType.of("step", JsonArgs.of(Step.class));

  private static final InsertOptions RELAXED =
      InsertOptions.builder().durability(Durability.RELAXED).build();

  private static final int INSERTERS = 3;
  private static final int ENOUGH = 200;

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
