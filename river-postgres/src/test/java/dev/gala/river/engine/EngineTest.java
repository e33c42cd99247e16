package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsert;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine on a real database: from insert to outcome. */
class EngineTest {
  record Numbered(int number) {}

  private static final JobType<Numbered> NUMBERED =
      JobType.of("numbered", JsonArgs.of(Numbered.class));

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

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyJobIsWorkedOnce(boolean pollOnly) throws Exception {
    int count = 2_000;
    Map<Integer, Integer> runs = new ConcurrentHashMap<>();
    var done = new CountDownLatch(count);
    RiverConfig config =
        RiverConfig.builder()
            .queue("default", 50)
            .pollOnly(pollOnly)
            .fetchPollInterval(Duration.ofMillis(100))
            .worker(
                NUMBERED,
                context -> {
                  runs.merge(context.args().number(), 1, Integer::sum);
                  done.countDown();
                  return Outcome.done();
                })
            .build();
    try (RiverClient client = RiverClient.create(database, config)) {
      client.start();
      for (int from = 0; from < count; from += 500) {
        client.insertMany(inserts(from, from + 500), Tx.own());
      }
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(runs).hasSize(count).allSatisfy((number, times) -> assertThat(times).isEqualTo(1));
    assertThat(states()).isEqualTo(Map.of("completed", (long) count));
  }

  @Test
  void aJobOfARolledBackTransactionNeverRuns() throws Exception {
    var ran = ConcurrentHashMap.<Integer>newKeySet();
    var committed = new CountDownLatch(1);
    RiverConfig config =
        RiverConfig.builder()
            .queue("default", 5)
            .worker(
                NUMBERED,
                context -> {
                  ran.add(context.args().number());
                  committed.countDown();
                  return Outcome.done();
                })
            .build();
    try (RiverClient client = RiverClient.create(database, config);
        Connection connection = postgres.connect()) {
      client.start();
      connection.setAutoCommit(false);
      client.insert(NUMBERED, new Numbered(1), InsertOptions.defaults(), Tx.on(connection));
      connection.rollback();
      client.insert(NUMBERED, new Numbered(2), InsertOptions.defaults(), Tx.on(connection));
      connection.commit();
      assertThat(committed.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(ran).containsExactly(2);
  }

  @Test
  void aFailedJobIsTriedAgainAndKeepsItsError() throws Exception {
    var attempts = new AtomicInteger();
    var done = new CountDownLatch(1);
    RiverConfig config =
        RiverConfig.builder()
            .queue("default", 5)
            .fetchPollInterval(Duration.ofMillis(100))
            .retryPolicy((job, now) -> now)
            .worker(
                NUMBERED,
                context -> {
                  if (attempts.incrementAndGet() == 1) {
                    throw new IllegalStateException("not yet");
                  }
                  done.countDown();
                  return Outcome.done();
                })
            .build();
    try (RiverClient client = RiverClient.create(database, config)) {
      client.start();
      client.insert(NUMBERED, new Numbered(1));
      assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(text("select errors[1]->>'error' from river_job")).isEqualTo("not yet");
    assertThat(text("select attempt::text || state from river_job")).isEqualTo("2completed");
  }

  @Test
  void aScheduledJobIsMadeAvailableAndRuns() throws Exception {
    var done = new CountDownLatch(1);
    RiverConfig config =
        RiverConfig.builder()
            .queue("default", 5)
            .fetchPollInterval(Duration.ofMillis(100))
            .worker(
                NUMBERED,
                context -> {
                  done.countDown();
                  return Outcome.done();
                })
            .build();
    try (RiverClient client = RiverClient.create(database, config)) {
      Instant past = Instant.now().minusSeconds(1);
      client.insert(
          NUMBERED, new Numbered(1), InsertOptions.builder().scheduledAt(past).build(), Tx.own());
      assertThat(text("select state::text from river_job")).isEqualTo("scheduled");
      client.start();
      assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aJobInterruptedByAStopGoesBackWithoutAnAttemptUsed() throws Exception {
    var started = new CountDownLatch(1);
    RiverConfig config =
        RiverConfig.builder()
            .queue("default", 5)
            .softStopTimeout(Duration.ofMillis(50))
            .worker(
                NUMBERED,
                context -> {
                  started.countDown();
                  new CountDownLatch(1).await();
                  return Outcome.done();
                })
            .build();
    try (RiverClient client = RiverClient.create(database, config)) {
      client.start();
      client.insert(NUMBERED, new Numbered(1));
      assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
      client.stop();
    }
    assertThat(
            text(
                "select state::text || attempt || coalesce(cardinality(errors), 0) from river_job"))
        .isEqualTo("available00");
  }

  private static List<JobInsert<Numbered>> inserts(int from, int to) {
    var inserts = new ArrayList<JobInsert<Numbered>>();
    for (int number = from; number < to; number++) {
      inserts.add(new JobInsert<>(NUMBERED, new Numbered(number), InsertOptions.defaults()));
    }
    return inserts;
  }

  private Map<String, Long> states() throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select state::text, count(*) from river_job group by 1")) {
      Map<String, Long> states = new ConcurrentHashMap<>();
      while (rows.next()) {
        states.put(rows.getString(1), rows.getLong(2));
      }
      return states;
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
