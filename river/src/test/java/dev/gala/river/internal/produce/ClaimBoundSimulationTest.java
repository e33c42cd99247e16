package dev.gala.river.internal.produce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.ClaimStart;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.fake.Rows;
import dev.gala.river.internal.produce.LookBack.Finding;
import dev.gala.river.job.JobRow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A queue whose dead entries stay: each costs whoever passes it a fifth of a microsecond. Rows come
 * to stand anywhere. None waits longer than said, no more time goes into looks than said, and
 * claims from the beginning are made where there is something to claim.
 */
final class ClaimBoundSimulationTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long DEAD_ENTRY = 200;
  private static final Comparator<JobRow> ORDER =
      Comparator.comparingInt(JobRow::priority)
          .thenComparing(JobRow::scheduledAt)
          .thenComparingLong(JobRow::id);

  /** Of one seed. */
  private static final class Simulation {
    private final Random random;
    private final TreeSet<JobRow> live = new TreeSet<>(ORDER);
    private final TreeSet<JobRow> dead = new TreeSet<>(ORDER);
    private final Map<Long, Long> arrived = new HashMap<>();
    private final int gap;
    private final ClaimBound bound = new ClaimBound(0);
    private final long deadBefore;
    private long now;
    private long id;
    private long nextArrival;
    private boolean woken = true;
    private boolean backlog;
    private long longestWait;
    private long looking;
    private int slowOnes;
    private int slowInVain;
    private long inBounded;
    private LookBack.@Nullable Result look;

    Simulation(long seed) {
      random = new Random(seed);
      deadBefore = random.nextInt(30_000, 200_000);
      gap = 1 << random.nextInt(1, 8);
    }

    void run(long until) {
      while (now < until) {
        arrive();
        long due = nanosUntilLook();
        if (woken || backlog || due <= 0) {
          claim(until);
        } else {
          now = Math.min(due > until ? nextArrival : Math.min(now + due, nextArrival), lookOver());
        }
      }
    }

    private long lookOver() {
      return look == null ? Long.MAX_VALUE : look.over();
    }

    /** As {@link LookBack#nanosUntilDue}, which takes its time here. */
    private long nanosUntilLook() {
      if (look != null && look.over() <= now) {
        bound.looked(look);
        looking += look.took();
        look = null;
      }
      if (look == null) {
        List<ClaimStart> places = bound.placesToLookBefore(now);
        if (places.isEmpty()) {
          return bound.nanosUntilLook(now);
        }
        var params = new JobGetAvailableParams("me", null, 0, "default", places);
        long passed = deadBefore + dead.stream().filter(row -> !params.reaches(row)).count();
        boolean finds = live.stream().anyMatch(row -> !params.reaches(row));
        long takes = MS + DEAD_ENTRY * passed;
        Finding finding = finds ? Finding.SOMETHING : Finding.NOTHING;
        look = new LookBack.Result(now, now + takes, takes, finding);
      }
      return Long.MAX_VALUE;
    }

    private void arrive() {
      while (nextArrival <= now) {
        long late = random.nextInt(10) == 0 ? random.nextLong(5_000 * MS) : random.nextLong(MS);
        Instant time =
            Instant.EPOCH
                .plusSeconds(100)
                .plusNanos(nextArrival - late)
                .truncatedTo(ChronoUnit.MICROS);
        live.add(Rows.at(random.nextInt(1, 5), time, ++id));
        arrived.put(id, nextArrival);
        woken = true;
        nextArrival += random.nextLong(2L * gap * MS);
      }
    }

    private void claim(long until) {
      long begun = now;
      int asked = 5 + random.nextInt(20);
      List<ClaimStart> starts = bound.starts(now);
      var params = new JobGetAvailableParams("me", null, asked, "default", starts);
      List<JobRow> taken = live.stream().filter(params::reaches).limit(asked).toList();
      long passed = dead.stream().filter(params::reaches).count();
      now += MS + DEAD_ENTRY * (passed + (starts.isEmpty() ? deadBefore : 0));
      var jobs = new ArrayList<ClaimedJob>();
      for (JobRow row : taken) {
        live.remove(row);
        dead.add(row);
        longestWait = Math.max(longestWait, now - arrived.get(row.id()));
        jobs.add(new ClaimedJob(row, null));
      }
      if (begun > until / 10) {
        if (starts.isEmpty()) {
          slowOnes++;
          slowInVain += taken.isEmpty() ? 1 : 0;
        } else {
          inBounded += now - begun;
        }
      }
      bound.claimed(begun, now, starts, asked, jobs);
      backlog = taken.size() == asked;
      woken = false;
    }
  }

  @Test
  void nothingWaitsLongAndLittleTimeGoesIntoLooking() {
    long until = 8_000 * MS;
    for (int round = 0; round < 20; round++) {
      long seed = System.nanoTime();
      var simulation = new Simulation(seed);
      simulation.run(until);
      assertThat(simulation.longestWait)
          .as("seed %s", seed)
          .isLessThan(ClaimBound.LONGEST + 200 * MS);
      assertThat(simulation.live.size()).as("seed %s", seed).isLessThan(1_000);
      assertThat(simulation.inBounded).as("seed %s", seed).isPositive();
      assertThat(simulation.looking).as("seed %s", seed).isPositive().isLessThan(until * 7 / 100);
      assertThat(simulation.slowInVain).as("seed %s: of %s", seed, simulation.slowOnes).isZero();
    }
  }
}
