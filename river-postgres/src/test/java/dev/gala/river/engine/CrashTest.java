package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.engine.MortalWorker.Manner;
import dev.gala.river.engine.MortalWorker.Task;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.Tx;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Processes that are killed or stopped, and others that take over. */
class CrashTest {
  /** The whole run is {@code -Pchaos}. */
  private static final int KILLS = Integer.getInteger("gala.chaos.kills", 8);

  private static final int PROCESSES = 4;

  /** Long enough for a busy machine never to hold a living process up for two thirds of it. */
  private static final Duration TTL = Duration.ofSeconds(5);

  private static final Pattern DEATH =
      Pattern.compile("worker died: client \"([^\"]+)\" did not renew its heartbeat for .*");

  private final TestDatabase postgres = TestDatabase.create();
  private final List<MortalWorker> all = new ArrayList<>();
  private int tasks;

  @BeforeEach
  void migrate() throws SQLException {
    try (RiverDatabase database = RiverDatabase.connect(postgres.url())) {
      database.migrator().up();
    }
    execute("create table effect (number int)");
  }

  @AfterEach
  void close() throws Exception {
    for (MortalWorker worker : all) {
      worker.close();
    }
    postgres.close();
  }

  private MortalWorker start(String name, Manner manner, Duration ttl) throws Exception {
    MortalWorker worker = MortalWorker.start(postgres.url(), name, ttl, manner);
    all.add(worker);
    return worker;
  }

  private CompletableFuture<MortalWorker> starting(String name) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return MortalWorker.start(postgres.url(), name, TTL, Manner.PLAIN);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private void insert(RiverClient inserter, int count, Random random) {
    inserter.insertMany(
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    new JobInsert<>(
                        MortalWorker.TASK,
                        new Task(tasks++, 10 + random.nextInt(400)),
                        InsertOptions.defaults()))
            .toList(),
        Tx.own());
  }

  /** Every process has the same name, as the pods of a set that are started again. */
  @Test
  void whateverProcessIsKilledEveryJobCompletesAndNothingElseRunsTwice() throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    Map<String, Double> killedAt = new HashMap<>();
    try (RiverDatabase database = RiverDatabase.connect(postgres.url());
        RiverClient inserter = RiverClient.create(database, RiverConfig.builder().build())) {
      var alive = new ArrayList<MortalWorker>();
      var coming = new ArrayList<CompletableFuture<MortalWorker>>();
      IntStream.range(0, PROCESSES).forEach(i -> coming.add(starting("pod")));
      for (int kill = 0; kill < KILLS; kill++) {
        arrive(coming, alive);
        insert(inserter, 40, random);
        MortalWorker victim = alive.remove(random.nextInt(alive.size()));
        int enough = victim.tasks("begun").size() + 1 + random.nextInt(8);
        victim.await("begun", enough);
        killedAt.put(victim.id(), seconds("select extract(epoch from clock_timestamp())"));
        victim.kill();
        coming.add(starting("pod"));
      }
      for (CompletableFuture<MortalWorker> last : coming) {
        all.add(last.join());
      }
      awaitNumber("select count(*) from river_job where state <> 'completed'", 0);
    }
    for (MortalWorker worker : all) {
      worker.close();
    }

    assertThat(killedAt).as("seed %s", seed).hasSize(KILLS);
    assertNothingElseRanTwice(seed);
    assertRescuedInTime(seed, killedAt);
    assertThat(
            number(
                "select count(*) from gala_client where id not in ('"
                    + String.join("', '", killedAt.keySet())
                    + "')"))
        .as("who stops in order leaves nothing behind")
        .isZero();
  }

  /** Two others at least are there to take over. */
  private void arrive(List<CompletableFuture<MortalWorker>> coming, List<MortalWorker> alive) {
    while (alive.size() < 3) {
      CompletableFuture.anyOf(coming.toArray(CompletableFuture[]::new)).join();
      for (Iterator<CompletableFuture<MortalWorker>> left = coming.iterator(); left.hasNext(); ) {
        CompletableFuture<MortalWorker> one = left.next();
        if (one.isDone()) {
          left.remove();
          alive.add(one.join());
          all.add(one.join());
        }
      }
    }
  }

  private void assertNothingElseRanTwice(long seed) throws SQLException {
    Map<Integer, Integer> ran = new HashMap<>();
    Map<Integer, Integer> ranInKilled = new HashMap<>();
    for (MortalWorker worker : all) {
      List<Integer> begun = worker.tasks("begun");
      assertThat(begun).as("seed %s: %s", seed, worker.id()).doesNotHaveDuplicates();
      assertThat(worker.output()).doesNotContain("lost its claim", "could not renew");
      begun.forEach(number -> ran.merge(number, 1, Integer::sum));
      if (worker.killed()) {
        begun.forEach(number -> ranInKilled.merge(number, 1, Integer::sum));
      }
    }
    assertThat(ran).as("seed %s", seed).hasSize(tasks);
    ran.forEach(
        (number, times) ->
            assertThat(times - 1)
                .as("seed %s: runs of task %s too many", seed, number)
                .isLessThanOrEqualTo(ranInKilled.getOrDefault(number, 0)));
    assertThat(
            number(
                "select count(*) from river_job where attempt <> 1 + coalesce(cardinality(errors), 0)"))
        .as("seed %s: every attempt but the last died", seed)
        .isZero();
    assertThat(number("select count(*) from effect"))
        .as("seed %s: what is written with the completion is written once", seed)
        .isEqualTo(tasks / 2)
        .isEqualTo(number("select count(distinct number) from effect"));
  }

  private void assertRescuedInTime(long seed, Map<String, Double> killedAt) throws SQLException {
    var times = new ArrayList<Double>();
    Map<String, Double> lastOfEach = new HashMap<>();
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select error->>'error', extract(epoch from (error->>'at')::timestamptz)"
                    + " from river_job cross join unnest(errors) as error")) {
      while (rows.next()) {
        Matcher death = DEATH.matcher(rows.getString(1));
        assertThat(death.matches()).as(rows.getString(1)).isTrue();
        assertThat(killedAt)
            .as("seed %s: who is dead was killed", seed)
            .containsKey(death.group(1));
        double time = rows.getDouble(2) - killedAt.get(death.group(1));
        times.add(time / TTL.toSeconds());
        lastOfEach.merge(death.group(1), time / TTL.toSeconds(), Math::max);
      }
    }
    assertThat(times).as("seed %s", seed).isNotEmpty();
    var ofKills = new ArrayList<>(lastOfEach.values());
    System.out.println(
        ("time to rescue, in TTLs: %d jobs of %d killed processes: median of jobs %.2f,"
                + " of processes %.2f, longest %.2f")
            .formatted(
                times.size(),
                ofKills.size(),
                median(times),
                median(ofKills),
                ofKills.stream().mapToDouble(Double::doubleValue).max().orElseThrow()));
    assertThat(median(times)).as("seed %s", seed).isLessThan(2);
    assertThat(median(ofKills)).as("seed %s", seed).isLessThan(2);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  @Test
  void aWorkerThatWasStoppedAndTakenForDeadCanNeitherCompleteNorCommit() throws Exception {
    MortalWorker stopped = start("stopped", Manner.STUBBORN, TTL);
    try (RiverDatabase database = RiverDatabase.connect(postgres.url());
        RiverClient inserter = RiverClient.create(database, RiverConfig.builder().build())) {
      insert(inserter, 2, new Random(1));
    }
    stopped.await("begun", 2);
    MortalWorker other = start("other", Manner.PLAIN, TTL);
    stopped.signal("STOP");
    awaitNumber("select count(*) from river_job where state <> 'completed'", 0);
    String rows =
        "select string_agg(river_job::text, ' ' order by id) || (select count(*) from effect)"
            + " from river_job";
    String before = text(rows);

    stopped.signal("CONT");
    // It finds out by itself that it may be dead, or is told.
    stopped.await("told", 2);
    stopped.letEnd();
    stopped.await("lost", 1);
    stopped.close();

    assertThat(text(rows)).isEqualTo(before);
    assertThat(stopped.tasks("lost")).containsExactly(1);
    assertThat(stopped.output()).contains("had lost its claim", "was taken for dead");
    assertThat(other.tasks("begun")).containsExactlyInAnyOrder(0, 1);
    assertThat(number("select count(*) from effect")).isEqualTo(1);
    assertThat(
            number("select count(*) from river_job where attempt = 2 and cardinality(errors) = 1"))
        .isEqualTo(2);
  }

  /** Looks again and again: what happens, happens in other processes. */
  private void awaitNumber(String query, long expected) throws SQLException {
    long deadline = System.nanoTime() + 240_000_000_000L;
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      long found = -1;
      while (found != expected) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError(query + " gives " + found);
        }
        // The server waits: a sleep of ours would be no signal either.
        statement.execute("select pg_sleep(0.1)");
        try (ResultSet rows = statement.executeQuery(query)) {
          rows.next();
          found = rows.getLong(1);
        }
      }
    }
  }

  private long number(String query) throws SQLException {
    return Long.parseLong(text(query));
  }

  private double seconds(String query) throws SQLException {
    return Double.parseDouble(text(query));
  }

  private String text(String query) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
