package dev.gala.river.internal.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.Heartbeats.RunningAttempt;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Rows;
import dev.gala.river.job.AttemptId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class AuditTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Holdings holdings = new Holdings(() -> true, nanos::get);
  private final Audit audit = new Audit(holdings);

  private static ClaimedJob claimed(long id) {
    return new ClaimedJob(Rows.running(id, "k"), null);
  }

  private static AttemptId id(long id) {
    return Rows.running(id, "k").attemptId();
  }

  private static List<RunningAttempt> running(Long... ids) {
    return Arrays.stream(ids).map(id -> new RunningAttempt(id(id), "default", false)).toList();
  }

  private List<Long> lost(Long... running) {
    return audit.lost(running(running)).stream().map(one -> one.attemptId().jobId()).toList();
  }

  @Test
  void whatIsHeldIsNotLost() {
    holdings.claimBegins("default").brought(List.of(claimed(1), claimed(2)));

    assertThat(lost(1L, 2L)).isEmpty();
    assertThat(lost(1L, 2L)).isEmpty();
    holdings.settled(id(1));
    assertThat(lost(1L, 2L)).as("seen once").isEmpty();
    assertThat(lost(1L, 2L)).as("seen twice").containsExactly(1L);
  }

  @Test
  void whatAClaimUnderWayMayHaveBroughtIsNotLost() {
    Holdings.Claim claim = holdings.claimBegins("default");

    assertThat(lost(1L)).isEmpty();
    assertThat(lost(1L)).isEmpty();
    claim.brought(List.of(claimed(1)));
    assertThat(lost(1L)).isEmpty();
  }

  @Test
  void aClaimThatBeganLaterSavesNothing() {
    Holdings.Claim failing = holdings.claimBegins("default");
    failing.failed(Faults.unknown());
    assertThat(lost(1L)).isEmpty();
    holdings.claimBegins("default");

    assertThat(lost(1L)).containsExactly(1L);
  }

  @Test
  void whatIsNotSeenInBetweenIsSuspectedAnew() {
    assertThat(lost(1L)).isEmpty();
    assertThat(lost()).isEmpty();
    assertThat(lost(1L)).isEmpty();
    assertThat(lost(1L)).containsExactly(1L);
    assertThat(lost(1L)).as("told, and to be put back by now").isEmpty();
    assertThat(lost(1L)).containsExactly(1L);
  }

  @Test
  void onlyWhoHoldsNothingLeaves() {
    assertThat(holdings.isClear()).isTrue();
    Holdings.Claim claim = holdings.claimBegins("default");
    assertThat(holdings.isClear()).isFalse();
    claim.brought(List.of(claimed(1), claimed(2)));
    assertThat(holdings.isClear()).isFalse();
    holdings.settled(id(1));
    holdings.settled(id(2));
    assertThat(holdings.isClear()).isTrue();

    holdings.spent(id(2), "refused", true);
    assertThat(holdings.isClear()).isFalse();
    assertThat(holdings.spentOf(id(2))).isEqualTo(new Holdings.Spent("refused", true));
    holdings.keepSpent(Set.of());
    assertThat(holdings.isClear()).isTrue();
  }

  @Test
  void aClaimWithoutAnAnswerMayTurnUpForAMinute() {
    holdings.claimBegins("default").failed(Faults.away());
    assertThat(holdings.isClear()).as("nothing was sent").isTrue();
    holdings.claimBegins("default").failed(Faults.unknown());
    assertThat(holdings.isClear()).isFalse();
    nanos.set(59_999_999_999L);
    assertThat(holdings.isClear()).isFalse();
    nanos.set(60_000_000_000L);
    assertThat(holdings.isClear()).isTrue();
    holdings.claimBegins("default").failed(new IllegalStateException("a row could not be read"));
    assertThat(holdings.isClear()).isFalse();
  }

  @Test
  void everyQueueClaimedFromIsLookedAt() {
    holdings.claimBegins("a").failed(Faults.away());
    holdings.claimBegins("b").failed(Faults.away());
    holdings.claimBegins("a").failed(Faults.away());

    assertThat(holdings.queues()).containsExactlyInAnyOrder("a", "b");
  }

  /** Claims, answers, losses, ends and looks in any order. */
  @Test
  void exactlyWhatIsLostIsFoundInTheEnd() {
    for (long seed = 1; seed <= 500; seed++) {
      new Life(seed).live();
    }
  }

  /** A client, and the table as it really is. */
  private static final class Life {
    private final long seed;
    private final Random random;
    private final Holdings holdings = new Holdings();
    private final Audit audit = new Audit(holdings);
    private final Map<Holdings.Claim, List<ClaimedJob>> answers = new HashMap<>();
    private final List<ClaimedJob> working = new ArrayList<>();
    private final Set<Long> inTable = new HashSet<>();
    private final Set<Long> lost = new HashSet<>();
    private List<RunningAttempt> seen = List.of();
    private long lastId;

    Life(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    void live() {
      for (int step = 0; step < 300; step++) {
        switch (random.nextInt(6)) {
          case 0 -> claim();
          case 1 -> answer();
          case 2 -> lose();
          case 3 -> end();
          case 4 -> seen = look();
          default -> judge(seen);
        }
      }
      while (!answers.isEmpty()) {
        answer();
      }
      judge(look());
      judge(look());
      assertThat(lost).as("seed %s: all that was lost is found", seed).isEmpty();
    }

    private List<RunningAttempt> look() {
      return running(inTable.toArray(Long[]::new));
    }

    /** Committed at once, answered later. */
    private void claim() {
      Holdings.Claim claim = holdings.claimBegins("default");
      var jobs = List.of(claimed(++lastId), claimed(++lastId));
      jobs.forEach(job -> inTable.add(job.job().id()));
      answers.put(claim, jobs);
    }

    private void answer() {
      answers.keySet().stream()
          .findAny()
          .ifPresent(
              claim -> {
                List<ClaimedJob> jobs = answers.remove(claim);
                claim.brought(jobs);
                working.addAll(jobs);
              });
    }

    private void lose() {
      answers.keySet().stream()
          .findAny()
          .ifPresent(
              claim -> {
                answers.remove(claim).forEach(job -> lost.add(job.job().id()));
                claim.failed(Faults.unknown());
              });
    }

    /** Written first, and settled then. */
    private void end() {
      if (!working.isEmpty()) {
        long id = working.removeFirst().job().id();
        inTable.remove(id);
        holdings.settled(id(id));
      }
    }

    private void judge(List<RunningAttempt> running) {
      for (RunningAttempt attempt : audit.lost(running)) {
        long id = attempt.attemptId().jobId();
        // Behind the fence nothing is put back that has ended meanwhile.
        assertThat(lost.contains(id) || !inTable.contains(id))
            .as("seed %s: job %s is held", seed, id)
            .isTrue();
        lost.remove(id);
        inTable.remove(id);
      }
    }
  }
}
