package dev.gala.interop;

import static dev.gala.interop.peer.Fleet.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.interop.peer.Fleet;
import dev.gala.interop.peer.Language;
import dev.gala.interop.peer.Peer;
import dev.gala.interop.peer.Peer.Told;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A fleet of both languages whose processes die one after the other, as nothing can prepare for.
 */
class KilledFleetTest {
  /** The whole run is {@code -Pchaos}, or {@code -Plong}. */
  private static final int KILLS =
      Integer.getInteger("interop.kills", Integer.getInteger("gala.chaos.kills", 8));

  /** From so many on, the time to rescue is judged. */
  private static final int ENOUGH_TO_JUDGE = 50;

  /** Five in a TTL: a client that has sent so many is old enough to tell who is dead. */
  private static final int BEATS_OF_A_JUDGE = 7;

  private static final int WORKERS = 2;
  private static final int JOBS_FOR_A_KILL = 60;
  private static final int JOB_MILLIS = 40;

  /** After which whoever leads puts back what a process in Go was running, and nobody else. */
  private static final int RESCUE_AFTER_MILLIS = 12_000;

  /** The Java clients'; long enough for a busy machine never to hold one up for two thirds. */
  private static final int TTL_MILLIS = 5_000;

  private static final Pattern DEATH =
      Pattern.compile("worker died: client \"(java-\\d+)_\\w+\" did not renew .*");

  private static final int SLOTS = 8;

  /** When a process was killed; those that live on never are. */
  private static final long NEVER = Long.MAX_VALUE;

  /** One process, from its start to its end. */
  private record Life(Peer peer, Language language, AtomicLong killedAt) {
    static Life of(Peer peer, Language language) {
      return new Life(peer, language, new AtomicLong(NEVER));
    }

    String name() {
      return peer.name();
    }

    boolean killed() {
      return killedAt.get() != NEVER;
    }
  }

  @RegisterExtension private final Fleet fleet = new Fleet();

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final List<Life> alive = new ArrayList<>();
  private final List<Life> all = new ArrayList<>();

  /** By the name of the process, in seconds of the database's clock. */
  private final Map<String, Double> killedAt = new HashMap<>();

  @Test
  @RiverPoint({40, 82, 88})
  void loseNoJobAndDoubleNoneButWhatRanInAKilledProcess() {
    var inserters =
        List.of(fleet.start(Language.GO, "go-insert"), fleet.start(Language.JAVA, "java-insert"));
    for (int i = 0; i < WORKERS; i++) {
      start(Language.GO);
      start(Language.JAVA);
    }
    for (int kill = 0; kill < KILLS; kill++) {
      insert(inserters.get(kill % inserters.size()));
      Life victim = alive.remove(random.nextInt(alive.size()));
      awaitJudge();
      awaitWork(victim.peer());
      String now = fleet.tables().value("select extract(epoch from clock_timestamp())");
      killedAt.put(victim.name(), Double.valueOf(now));
      victim.killedAt().set(System.nanoTime());
      victim.peer().kill();
      start(victim.language());
    }
    int jobs = KILLS * JOBS_FOR_A_KILL;
    fleet.tables().await("select count(*) from river_job where state = 'completed'", jobs);
    alive.forEach(life -> life.peer().call("stop"));
    assertThat(fleet.tables().value("select count(*) from river_job"))
        .isEqualTo(String.valueOf(jobs));
    assertRuns(jobs);
    assertRescuedInTime();
    assertThat(
            fleet
                .tables()
                .column("select distinct error ->> 'error' from river_job, unnest(errors) error"))
        .isNotEmpty()
        .allMatch(
            error ->
                error.equals("Stuck job rescued by JobRescuer")
                    || error.startsWith("worker died: client \"java-"));
    assertThat(
            fleet
                .tables()
                .value(
                    "select count(*) from river_job where attempt <> 1 + coalesce(cardinality(errors), 0)"))
        .isEqualTo("0");
  }

  private void start(Language language) {
    Peer peer = fleet.start(language, language.name().toLowerCase(Locale.ROOT) + "-" + all.size());
    work(
        peer,
        Map.of(
            "max_workers",
            SLOTS,
            "fetch_poll_interval_ms",
            200,
            "retry_delay_ms",
            1,
            "heartbeat_ttl_ms",
            TTL_MILLIS,
            "rescue_after_ms",
            RESCUE_AFTER_MILLIS,
            "tuning",
            Map.of("rescuer_interval_ms", 1_000, "scheduler_interval_ms", 1_000)));
    Life life = Life.of(peer, language);
    alive.add(life);
    all.add(life);
  }

  private static void insert(Peer inserter) {
    inserter.call(
        "insert_many",
        Map.of(
            "behavior",
            "sleep",
            "duration_ms",
            JOB_MILLIS,
            "message",
            "",
            "count",
            JOBS_FOR_A_KILL,
            "batch",
            JOBS_FOR_A_KILL / 2));
  }

  /** What has a heartbeat is missed: the times are the database's. */
  private void assertRescuedInTime() {
    List<Double> ratios =
        fleet
            .tables()
            .column(
                """
                select extract(epoch from (error ->> 'at')::timestamptz) || ' ' || (error ->> 'error')
                from river_job, unnest(errors) error
                where error ->> 'error' like 'worker died: %'
                """)
            .stream()
            .map(this::ratio)
            .sorted()
            .toList();
    if (KILLS < ENOUGH_TO_JUDGE) {
      return;
    }
    assertThat(ratios).as("rescued jobs of clients with heartbeats, seed %d", seed).isNotEmpty();
    double median = ratios.get(ratios.size() / 2);
    System.out.println(
        "time to rescue, in TTLs: %d jobs of %d killed processes: median %.2f, longest %.2f"
            .formatted(ratios.size(), killedAt.size(), median, ratios.getLast()));
    assertThat(median).as("median time to rescue in TTLs, seed %d", seed).isLessThan(2);
  }

  /** From the kill to the rescue, in TTLs. */
  private double ratio(String timeAndError) {
    int space = timeAndError.indexOf(' ');
    Matcher death = DEATH.matcher(timeAndError.substring(space + 1));
    assertThat(death.matches()).as(timeAndError).isTrue();
    assertThat(killedAt).as("who is dead was killed").containsKey(death.group(1));
    double rescued = Double.parseDouble(timeAndError.substring(0, space));
    return (rescued - killedAt.get(death.group(1))) * 1_000 / TTL_MILLIS;
  }

  /**
   * Until there is a client that is old enough to find the victim dead: a fleet none of whose
   * processes lives as long as the TTL cannot tell who else died.
   */
  private void awaitJudge() {
    String others =
        alive.stream()
            .filter(life -> life.language() == Language.JAVA)
            .map(Life::name)
            .collect(Collectors.joining("|"));
    fleet
        .tables()
        .await(
            "select exists (select from gala_client where beat >= %d and id ~ '^(%s)_')"
                .formatted(BEATS_OF_A_JUDGE, others),
            "t");
  }

  /** Until it works, or there is nothing left to work. */
  private void awaitWork(Peer victim) {
    fleet
        .tables()
        .await(
            """
            select exists (select 1 from river_job where state = 'running'
                and attempted_by[cardinality(attempted_by)] ~ '^%s(_|$)')
              or not exists (select 1 from river_job where state = 'available')
            """
                .formatted(victim.name()),
            "t");
  }

  /** Every run of a job but its last was in a process that was killed before the next one began. */
  private void assertRuns(int jobs) {
    record Run(Life life, long begunAt) {}
    var runs = new HashMap<Long, List<Run>>();
    for (Life life : all) {
      for (Told begun : life.peer().told("begun")) {
        runs.computeIfAbsent(begun.id(), id -> new ArrayList<>())
            .add(new Run(life, begun.heardAt()));
      }
    }
    assertThat(runs).as("jobs that ran, seed %d", seed).hasSize(jobs);
    int again = 0;
    for (Map.Entry<Long, List<Run>> job : runs.entrySet()) {
      List<Run> inOrder = new ArrayList<>(job.getValue());
      inOrder.sort(Comparator.comparingLong(Run::begunAt));
      for (int i = 0; i < inOrder.size() - 1; i++) {
        again++;
        Run run = inOrder.get(i);
        assertThat(run.life().killed())
            .as(
                "job %d ran again although %s was not killed",
                job.getKey(), run.life().peer().name())
            .isTrue();
        assertThat(inOrder.get(i + 1).begunAt())
            .as("job %d ran twice at once, seed %d", job.getKey(), seed)
            .isGreaterThan(run.life().killedAt().get());
      }
    }
    assertThat(again).as("runs that were cut off, seed %d", seed).isPositive();
  }
}
