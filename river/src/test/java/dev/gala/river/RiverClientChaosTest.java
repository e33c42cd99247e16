package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.Executor;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.TextJob;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.QueueConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client among failures, starts and stops that come as they like. */
@ExtendWith(Leftovers.class)
final class RiverClientChaosTest {
  private static final JobType<String> KIND = TextJob.of("k");
  private static final InsertOptions INTO_EXTRA = InsertOptions.builder().queue("extra").build();

  private final FakeDriver driver = new FakeDriver();
  private final Map<Long, Integer> runs = new ConcurrentHashMap<>();

  private RiverClient client() {
    return RiverClient.create(
        driver.database(),
        RiverConfig.builder()
            .worker(KIND, this::work)
            .queue("default", 20)
            .fetchCooldown(Duration.ofMillis(1))
            .fetchPollInterval(Duration.ofMillis(10))
            .retryPolicy((job, now) -> now)
            .build());
  }

  /** A third of the jobs fail first, a third snooze first, a third are done at once. */
  private Outcome work(WorkContext<String> context) {
    long id = context.job().id();
    boolean first = runs.merge(id, 1, Integer::sum) == 1;
    if (first && id % 3 == 0) {
      throw new IllegalStateException("first");
    }
    if (first && id % 3 == 1) {
      return Outcome.snooze(Duration.ZERO);
    }
    if (id % 2 == 0) {
      context.setMetadata("even", "true");
    }
    return Outcome.done();
  }

  private void assertEachRanAsItShould(long seed) {
    assertThat(driver.rows())
        .as("seed %s", seed)
        .allMatch(row -> row.state() == JobState.COMPLETED)
        .allMatch(row -> runs.get(row.id()) == (row.id() % 3 == 2 ? 1 : 2))
        .allMatch(row -> row.attempt() == (row.id() % 3 == 0 ? 2 : 1))
        .allMatch(row -> row.errors().size() == (row.id() % 3 == 0 ? 1 : 0))
        .allMatch(row -> row.metadata().contains("\"snoozes\":1") == (row.id() % 3 == 1))
        .allMatch(row -> row.metadata().contains("even") == (row.id() % 2 == 0));
  }

  @RepeatedTest(3)
  void whateverFailsNothingIsLostOrDoneTwice(Logs logs) {
    logs.expect("trying again");
    logs.expect("may have claimed jobs");
    logs.expect("resigning failed");
    long seed = System.nanoTime();
    var random = new Random(seed);
    try (RiverClient client = client()) {
      client.start();
      // Few of each: every failure in a row doubles the pause that follows it.
      int lost = random.nextInt(600);
      Map<Integer, Call> away = atRandom(random, List.of(Call.values()));
      Map<Integer, Call> unanswered = atRandom(random, List.of(Call.COMPLETE, Call.SET_STATE));
      for (int i = 0; i < 600; i++) {
        client.insert(KIND, "{}");
        if (away.containsKey(i) && away.get(i) != Call.INSERT) {
          driver.faults().fail(away.get(i), 1, Faults::away);
        }
        if (unanswered.containsKey(i)) {
          driver.faults().failAfterDoing(unanswered.get(i), 1);
        }
        if (i == lost) {
          driver.loseListeners();
        }
      }
      driver.awaitAll(row -> row.state() == JobState.COMPLETED);
    }
    assertEachRanAsItShould(seed);
    assertThat(logs.count("had lost its claim")).as("seed %s", seed).isZero();
  }

  private static Map<Integer, Call> atRandom(Random random, List<Call> calls) {
    Map<Integer, Call> moments = new HashMap<>();
    calls.forEach(call -> moments.put(random.nextInt(600), call));
    return moments;
  }

  @Test
  void manyThreadsMayStartStopAndInsert() {
    long seed = System.nanoTime();
    var failures = new ConcurrentLinkedQueue<Throwable>();
    RiverClient client = client();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      var random = new Random(seed + i);
      threads.add(
          Thread.ofPlatform()
              .name("test-chaos-" + i)
              .start(
                  () -> {
                    try {
                      anything(client, driver.executor(), random);
                    } catch (RuntimeException | Error e) {
                      failures.add(e);
                    }
                  }));
    }
    threads.forEach(Await::end);
    assertThat(failures).as("seed %s", seed).isEmpty();
    // It may be there, and half removed.
    unless(RiverError.NOT_FOUND, () -> client.removeQueue("extra", Await.DEADLINE));
    client.addQueue("extra", new QueueConfig(2));
    client.start();
    driver.executor().queueResume(Executor.ALL_QUEUES);
    driver.awaitAll(row -> row.state() == JobState.COMPLETED);
    client.close();
    assertThat(driver.listening()).as("seed %s", seed).isZero();
    assertThat(driver.rows())
        .as("seed %s", seed)
        .allMatch(row -> row.errors().size() <= 1)
        .allMatch(row -> runs.get(row.id()) <= 2);
  }

  private static void anything(RiverClient client, Executor database, Random random) {
    for (int round = 0; round < 100; round++) {
      switch (random.nextInt(14)) {
        case 0 -> client.start();
        case 1 -> client.stop();
        case 2 -> client.stopNow();
        case 3 -> database.queuePause(Executor.ALL_QUEUES);
        case 4 -> database.queueResume("default");
        case 5 ->
            unless(
                RiverError.QUEUE_ALREADY_ADDED, () -> client.addQueue("extra", new QueueConfig(2)));
        case 6 -> unless(RiverError.NOT_FOUND, () -> client.removeQueue("extra", Duration.ZERO));
        case 7 -> client.insert(KIND, "{}", INTO_EXTRA, Tx.own());
        default -> client.insert(KIND, "{}");
      }
    }
  }

  private static void unless(RiverError expected, Runnable action) {
    try {
      action.run();
    } catch (RiverException e) {
      assertThat(e.code()).isEqualTo(expected);
    }
  }
}
