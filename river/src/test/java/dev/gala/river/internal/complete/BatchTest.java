package dev.gala.river.internal.complete;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What shares a statement. */
final class BatchTest {
  private static final Instant AT = Instant.parse("2026-05-06T07:08:09Z");
  private static final String TEN_MEBI = "x".repeat(10 * 1024 * 1024);

  private static Completion success(long jobId, int attempt) {
    return new Completion.Success(new AttemptId(jobId, attempt, AT));
  }

  private static Completion full(long jobId, @Nullable String metadata) {
    return full(jobId, metadata, null);
  }

  private static Completion full(
      long jobId, @Nullable String metadata, @Nullable AttemptError error) {
    var id = new AttemptId(jobId, 1, AT);
    return new Completion.Full(
        new JobSetStateParams(id, JobState.DISCARDED, null, error, AT, metadata, null), false);
  }

  private static List<List<Completion>> ends(List<Completion> given) {
    return Batch.of(given, AT, false).stream().map(Batch::ends).toList();
  }

  @Test
  void nothingNeedsNoStatement() {
    assertThat(ends(List.of())).isEmpty();
  }

  @Test
  void plainSuccessesShareOneTheOthersAnother() {
    Completion one = success(1, 1);
    Completion two = full(2, null);
    Completion three = success(3, 1);
    assertThat(ends(List.of(one, two, three))).containsExactly(List.of(one, three), List.of(two));
  }

  @Test
  void thoseToBeDeletedShareOneOfTheirOwn() {
    Completion one = success(1, 1);
    Completion two = deletion(2);
    Completion three = full(3, null);
    Completion four = deletion(4);
    List<Batch> batches = Batch.of(List.of(one, two, three, four), AT, false);
    assertThat(batches)
        .extracting(Batch::ends)
        .containsExactly(List.of(one), List.of(two, four), List.of(three));
    assertThat(batches).extracting(Batch::lean).containsExactly(true, false, false);
    assertThat(batches).extracting(Batch::deletes).containsExactly(false, true, false);
  }

  private static Completion deletion(long jobId) {
    return new Completion.Deletion(
        new AttemptId(jobId, 1, AT), null, Completion.Deletion.Row.THERE, null);
  }

  @Test
  void twoAttemptsOfOneJobShareNone() {
    Completion early = success(1, 1);
    Completion other = success(2, 1);
    Completion late = success(1, 2);
    Completion last = success(1, 3);
    assertThat(ends(List.of(early, late, other, last)))
        .containsExactly(List.of(early, other), List.of(late), List.of(last));
  }

  @Test
  void noStatementIsTooHeavyButForASingleEndThatIs() {
    Completion a = full(1, TEN_MEBI);
    Completion b = full(2, null, new AttemptError(AT, 1, TEN_MEBI, TEN_MEBI));
    Completion c = full(3, TEN_MEBI);
    Completion d = full(4, TEN_MEBI.repeat(4));
    Completion light = full(5, null);
    assertThat(ends(List.of(a, b, c, d, light)))
        .containsExactly(List.of(a, b, light), List.of(c), List.of(d));
  }

  @Test
  void noneHasMoreThanTwoThousandEnds() {
    List<Completion> many = IntStream.range(0, 4_500).mapToObj(n -> success(n, 1)).toList();
    assertThat(Batch.of(many, AT, false))
        .extracting(Batch::size)
        .containsExactly(2_000, 2_000, 500);
  }

  @Test
  void halvesMayHaveBeenWritten() {
    Batch batch =
        Batch.of(List.of(success(1, 1), success(2, 1), success(3, 1)), AT, false).getFirst();
    List<Batch> halves = batch.triedBefore(false).halves();
    assertThat(halves).extracting(Batch::size).containsExactly(1, 2);
    assertThat(halves).allMatch(Batch::again);
  }

  /** Of a row that is not there it would be said that its job had ended well. */
  @Test
  void whatWasNotDeletedForSureHasNotBeenWritten() {
    Batch batch = Batch.of(List.of(deletion(1), deletion(2)), AT, false).getFirst();
    assertThat(batch.triedBefore(false).halves()).noneMatch(Batch::again);
    assertThat(batch.triedBefore(true).halves()).allMatch(Batch::again);
    assertThat(batch.triedBefore(false).keeping().ends())
        .allMatch(end -> end instanceof Completion.Full full && !full.maybeDeleted());
    assertThat(batch.triedBefore(true).keeping().ends())
        .allMatch(end -> end instanceof Completion.Full full && full.maybeDeleted());
  }

  @Test
  void whateverIsGivenEachIsInOneStatementAndEachRuleHolds() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      var given = new ArrayList<Completion>();
      for (int i = random.nextInt(50); i > 0; i--) {
        long job = random.nextInt(20);
        given.add(
            random.nextBoolean() ? success(job, i) : full(job, "m".repeat(random.nextInt(9))));
      }
      List<Batch> batches = Batch.of(given, AT, true);
      assertThat(batches.stream().flatMap(batch -> batch.ends().stream()))
          .as("seed %s", seed)
          .containsExactlyInAnyOrderElementsOf(given);
      for (Batch batch : batches) {
        assertThat(new HashSet<>(batch.attempts().stream().map(AttemptId::jobId).toList()))
            .as("seed %s", seed)
            .hasSize(batch.size());
        assertThat(batch.ends())
            .as("seed %s", seed)
            .allMatch(end -> (end instanceof Completion.Success) == batch.lean());
      }
    }
  }
}
