package dev.gala.river.driver.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.ClaimStart;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.JobClaimParams;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.JobScheduleParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Claims: which rows, in what order, and what becomes of them. */
public abstract class ClaimConformance extends DriverConformance {
  /** For subclasses. */
  protected ClaimConformance() {}

  private List<ClaimedJob> claimKinds(@Nullable List<String> kinds) {
    return executor().jobGetAvailable(new JobGetAvailableParams("client", kinds, 10, "default"));
  }

  @Test
  @RiverPoint(39)
  void goesByPriorityTimeAndId() {
    Instant later = PAST.plusSeconds(1);
    long fourth = insertOne(Jobs.of("kind", 2, PAST));
    long second = insertOne(Jobs.of("kind", 1, later));
    long third = insertOne(Jobs.of("kind", 1, later));
    long first = insertOne(Jobs.of("kind", 1, PAST));
    long fifth = insertOne(Jobs.of("kind", 3, PAST));

    assertThat(claimRows(3)).extracting(JobRow::id).containsExactly(first, second, third);
    assertThat(claimRows(10)).extracting(JobRow::id).containsExactly(fourth, fifth);
    assertThat(claim(10)).isEmpty();
  }

  @Test
  @RiverPoint(39)
  void passesOverWhatIsNotDueOrNotItsOwn() {
    insert(
        Jobs.job(JobState.AVAILABLE, FUTURE),
        Jobs.job(JobState.PENDING, PAST),
        Jobs.job(JobState.SCHEDULED, PAST),
        Jobs.inQueue("other"));

    assertThat(claim(10)).isEmpty();
  }

  @Test
  @RiverPoint(41)
  void beginsAnAttempt() {
    long id = insertOne(Jobs.job());
    JobRow before = row(id);

    JobRow claimed = claimRows(1).getFirst();

    assertThat(claimed).isEqualTo(row(id));
    assertThat(claimed.state()).isEqualTo(JobState.RUNNING);
    assertThat(claimed.attempt()).isEqualTo(1);
    assertThat(claimed.attemptedAt()).isAfterOrEqualTo(before.createdAt());
    assertThat(claimed.attemptedBy()).containsExactly("client");
    assertThat(claimed.scheduledAt()).isEqualTo(PAST);
  }

  @Test
  @RiverPoint(41)
  void keepsTheNewestHundredClients() {
    long id = insertOne(Jobs.job());
    database().setAttemptedBy(id, 100);

    List<String> attemptedBy = claimRows(1).getFirst().attemptedBy();

    assertThat(attemptedBy).hasSize(100).startsWith("2", "3").endsWith("100", "client");
  }

  @Test
  @RiverPoint(42)
  void passesOverLockedRows() throws Exception {
    List<Long> ids = insert(Jobs.job(), Jobs.job());

    whileLocked(
        ids.getFirst(),
        () -> assertThat(claimRows(10)).extracting(JobRow::id).containsExactly(ids.getLast()));

    assertThat(claimRows(10)).extracting(JobRow::id).containsExactly(ids.getFirst());
  }

  @Test
  @RiverPoint(45)
  void takesTheKindsAskedForAndLeavesTheOthers() {
    insert(Jobs.of("a", 1, PAST), Jobs.of("b", 1, PAST), Jobs.of("c", 1, PAST));

    assertThat(claimKinds(List.of())).isEmpty();
    assertThat(claimKinds(List.of("a", "c", "z")))
        .extracting(claimed -> claimed.job().kind())
        .containsExactly("a", "c");
    assertThat(Lists.all(executor()))
        .extracting(JobRow::state)
        .containsExactly(JobState.RUNNING, JobState.AVAILABLE, JobState.RUNNING);
    assertThat(claimKinds(null))
        .singleElement()
        .extracting(claimed -> claimed.job().kind())
        .isEqualTo("b");
  }

  private List<Long> claimFrom(@Nullable List<String> kinds, int max, ClaimStart... starts) {
    var params = new JobGetAvailableParams("client", kinds, max, "default", List.of(starts));
    return executor().jobGetAvailable(params).stream().map(claimed -> claimed.job().id()).toList();
  }

  @Test
  void whereAClaimStartsIsTheFirstRowItTakes() {
    List<Long> ids =
        insert(
            Jobs.of("kind", 2, PAST),
            Jobs.of("kind", 2, PAST.plusSeconds(2)),
            Jobs.of("kind", 2, PAST.plusSeconds(1)),
            Jobs.of("kind", 2, PAST.plusSeconds(1)),
            Jobs.of("kind", 2, PAST.plusSeconds(1)));

    var start = new ClaimStart(2, PAST.plusSeconds(1), ids.get(3));
    assertThat(claimFrom(null, 2, start)).containsExactly(ids.get(3), ids.get(4));
    assertThat(claimFrom(null, 2, start)).containsExactly(ids.get(1));
    assertThat(claimFrom(null, 2, start)).isEmpty();
    assertThat(claimFrom(null, 10)).containsExactly(ids.get(0), ids.get(2));
  }

  /** Whatever of the first ones is new does not wait for what is left of the others. */
  @Test
  void aStartIsThatOfItsPriorityAlone() {
    List<Long> ids =
        insert(
            Jobs.of("kind", 4, PAST),
            Jobs.of("kind", 3, PAST),
            Jobs.of("kind", 2, PAST),
            Jobs.of("kind", 1, PAST));

    var starts =
        new ClaimStart[] {
          new ClaimStart(3, PAST.plusSeconds(1), 0), new ClaimStart(1, PAST.minusSeconds(1), 0)
        };
    assertThat(claimFrom(null, 2, starts)).containsExactly(ids.get(3), ids.get(2));
    assertThat(claimFrom(null, 10, starts)).containsExactly(ids.get(0));
    assertThat(claimFrom(null, 10)).containsExactly(ids.get(1));
  }

  @Test
  void aClaimThatStartsAtAPlaceTakesTheKindsAskedForAndWhatIsDue() {
    List<Long> ids =
        insert(
            Jobs.of("a", 1, PAST),
            Jobs.of("b", 1, PAST),
            Jobs.of("c", 1, PAST),
            Jobs.of("b", 1, FUTURE));

    var start = new ClaimStart(1, PAST, 0);
    assertThat(claimFrom(List.of(), 10, start)).isEmpty();
    assertThat(claimFrom(List.of("b"), 10, start)).containsExactly(ids.get(1));
    assertThat(claimFrom(List.of("a", "b", "z"), 10, start)).containsExactly(ids.get(0));
    assertThat(claimFrom(null, 10, start)).containsExactly(ids.get(2));
    assertThat(row(ids.get(1)).state()).isEqualTo(JobState.RUNNING);
    assertThat(row(ids.get(1)).attemptedBy()).containsExactly("client");
    assertThat(row(ids.get(3)).state()).isEqualTo(JobState.AVAILABLE);
  }

  @Test
  void aClaimThatStartsAtAPlacePassesOverLockedRows() throws Exception {
    List<Long> ids = insert(Jobs.job(), Jobs.job());
    var start = new ClaimStart(1, PAST, 0);

    whileLocked(
        ids.getFirst(), () -> assertThat(claimFrom(null, 1, start)).containsExactly(ids.getLast()));

    assertThat(claimFrom(null, 10, start)).containsExactly(ids.getFirst());
  }

  private boolean passedOver(@Nullable List<String> kinds, ClaimStart... starts) {
    var params = new JobGetAvailableParams("client", kinds, 10, "default", List.of(starts));
    return executor().jobPassedOver(params);
  }

  @Test
  void whatAClaimPassesOverIsWhatComesBeforeItsStart() {
    List<Long> ids = insert(Jobs.of("kind", 2, PAST), Jobs.of("kind", 2, PAST));
    insert(Jobs.inQueue("other"), Jobs.job(JobState.PENDING, PAST));
    Instant later = PAST.plusSeconds(1);

    assertThat(passedOver(null)).isFalse();
    assertThat(passedOver(null, new ClaimStart(1, later, 0), new ClaimStart(3, later, 0)))
        .isFalse();
    assertThat(passedOver(null, new ClaimStart(2, PAST, ids.get(0)))).isFalse();
    assertThat(passedOver(null, new ClaimStart(2, PAST, ids.get(1)))).isTrue();
    assertThat(passedOver(null, new ClaimStart(1, later, 0), new ClaimStart(2, later, 0))).isTrue();
    assertThat(claim(1)).hasSize(1);
    assertThat(passedOver(null, new ClaimStart(2, PAST, ids.get(1)))).isFalse();
    assertThat(passedOver(null, new ClaimStart(2, later, 0))).isTrue();
  }

  @Test
  void whatIsOfNoKindAskedForIsNotPassedOver() throws Exception {
    long id = insertOne(Jobs.of("a", 1, PAST));
    var start = new ClaimStart(1, PAST.plusSeconds(1), 0);

    assertThat(passedOver(List.of(), start)).isFalse();
    assertThat(passedOver(List.of("b"), start)).isFalse();
    assertThat(passedOver(List.of("b", "c"), start)).isFalse();
    assertThat(passedOver(List.of("a"), start)).isTrue();
    assertThat(passedOver(List.of("b", "a"), start)).isTrue();
    whileLocked(id, () -> assertThat(passedOver(null, start)).isTrue());
  }

  @Test
  @RiverPoint(69)
  void aRowThatCannotBeReadFailsAlone() {
    List<Long> ids = insert(Jobs.job(), Jobs.job(), Jobs.job());
    database().makeUndecodable(ids.get(1));

    List<ClaimedJob> claimed = claim(10);

    assertThat(claimed).extracting(job -> job.job().id()).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(claimed).filteredOn(job -> job.undecodable() == null).hasSize(2);
    ClaimedJob odd =
        claimed.stream().filter(job -> job.job().id() == ids.get(1)).findFirst().orElseThrow();
    assertThat(odd.undecodable()).isNotBlank();
    assertThat(odd.job().attemptId().attempt()).isEqualTo(1);
    assertThat(odd.job().kind()).isEqualTo("kind");
    assertThat(executor().jobComplete(List.of(odd.job().attemptId()), PAST))
        .containsExactly(ids.get(1));
  }

  @Test
  @RiverPoint(69)
  void anOddErrorIsReadAsItIs() {
    List<Long> ids = insert(Jobs.job(), Jobs.job());
    database().appendOddError(ids.getFirst());

    List<ClaimedJob> claimed = claim(10);

    assertThat(claimed).hasSize(2).allSatisfy(job -> assertThat(job.undecodable()).isNull());
    assertThat(row(ids.getFirst()).errors()).hasSize(1);
    assertThat(row(ids.getLast()).errors()).isEmpty();
  }

  @Test
  void clientsSideBySideShareTheRows() throws Exception {
    List<Long> ids = insert(IntStream.range(0, 2_000).mapToObj(n -> Jobs.job()).toList());

    var clients = new ArrayList<CompletableFuture<List<Long>>>();
    for (int client = 0; client < 4; client++) {
      List<ClaimStart> starts =
          client % 2 == 0 ? List.of() : List.of(new ClaimStart(1, PAST, ids.getFirst()));
      clients.add(CompletableFuture.supplyAsync(() -> claimAll(starts)));
    }
    var claimed = new ArrayList<Long>();
    for (CompletableFuture<List<Long>> client : clients) {
      claimed.addAll(client.get());
    }
    // One that found every row locked by the others ends early: the last look takes the rest.
    claimed.addAll(claimAll(List.of()));

    Collections.sort(claimed);
    assertThat(claimed).isEqualTo(ids);
    assertThat(Lists.all(executor())).extracting(JobRow::attempt).containsOnly(1);
  }

  /** On a connection of its own. */
  private List<Long> claimAll(List<ClaimStart> starts) {
    var ids = new ArrayList<Long>();
    var params = new JobGetAvailableParams("client", null, 50, "default", starts);
    try (Connection connection = driver().connect()) {
      connection.setAutoCommit(false);
      int found = -1;
      while (found != 0) {
        List<ClaimedJob> claimed = driver().executor(connection).jobGetAvailable(params);
        connection.commit();
        claimed.forEach(job -> ids.add(job.job().id()));
        found = claimed.size();
      }
      return ids;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatWaitedForItsTimeIsMadeAvailable() {
    long due = insertOne(Jobs.job(JobState.SCHEDULED, PAST));
    long waiting = insertOne(Jobs.job(JobState.SCHEDULED, FUTURE));

    int moved =
        driver()
            .maintenance()
            .jobSchedule(new JobScheduleParams(Duration.ofSeconds(5), 10), Duration.ofSeconds(30));

    assertThat(moved).isEqualTo(1);
    assertThat(row(due).state()).isEqualTo(JobState.AVAILABLE);
    assertThat(row(waiting).state()).isEqualTo(JobState.SCHEDULED);
  }

  private @Nullable ClaimedJob claimOne(long id) {
    return executor().jobClaim(new JobClaimParams("client", List.of("other", "kind"), id));
  }

  @Test
  void oneThatIsAskedForByItsIdBeginsAnAttemptWheneverItIsDue() {
    for (JobState state : List.of(JobState.AVAILABLE, JobState.RETRYABLE, JobState.SCHEDULED)) {
      long id = in(state);
      JobRow before = row(id);

      JobRow claimed = present(claimOne(id)).job();

      assertThat(claimed).as("%s", state).isEqualTo(row(id));
      assertThat(claimed.state()).isEqualTo(JobState.RUNNING);
      assertThat(claimed.attempt()).isEqualTo(before.attempt() + 1);
      assertThat(claimed.attemptedAt()).isAfterOrEqualTo(before.createdAt());
      assertThat(claimed.attemptedBy()).endsWith("client");
      assertThat(claimed.scheduledAt()).isEqualTo(before.scheduledAt());
    }
  }

  @Test
  void oneThatDoesNotWaitIsNotToBeHadByItsId() throws Exception {
    for (JobState state :
        List.of(
            JobState.PENDING,
            JobState.RUNNING,
            JobState.CANCELLED,
            JobState.COMPLETED,
            JobState.DISCARDED)) {
      long id = in(state);
      JobRow before = row(id);
      assertThat(claimOne(id)).as("%s", state).isNull();
      assertThat(row(id)).isEqualTo(before);
    }
    assertThat(claimOne(Long.MAX_VALUE)).isNull();
    assertThat(claimOne(insertOne(Jobs.of("unasked", 1, PAST)))).isNull();
    long locked = insertOne(Jobs.job());
    whileLocked(locked, () -> assertThat(claimOne(locked)).isNull());
    assertThat(claimOne(locked)).isNotNull();
  }
}
