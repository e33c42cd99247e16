package dev.gala.river.internal.complete;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.job.AttemptId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When ends that wait aside are tried again. */
final class DeferredTest {
  private static final Instant AT = Instant.parse("2026-05-06T07:08:09Z");
  private static final long FIRST = Duration.ofMillis(100).toNanos();
  private static final long LONGEST = Duration.ofMillis(350).toNanos();
  private static final long START = -FIRST; // nanosecond times may be negative

  private final Deferred deferred =
      new Deferred(Duration.ofNanos(FIRST), Duration.ofNanos(LONGEST));

  private static Completion end(long jobId) {
    return new Completion.Success(new AttemptId(jobId, 1, AT));
  }

  private List<Completion> tryInVain(long now) {
    List<Completion> ends =
        deferred.take(AT).stream().flatMap(batch -> batch.ends().stream()).toList();
    ends.forEach(end -> deferred.add(end, true, now));
    deferred.tried(now);
    return ends;
  }

  @Test
  void nothingIsNeverDue() {
    assertThat(deferred.nanosUntilDue(START)).isEqualTo(Long.MAX_VALUE);
    assertThat(deferred.age(START)).isZero();
  }

  @Test
  void whatIsTriedInVainIsTriedLaterAndLater() {
    deferred.add(end(1), false, START);
    assertThat(deferred.nanosUntilDue(START)).isEqualTo(FIRST);
    tryInVain(START + FIRST);
    assertThat(deferred.nanosUntilDue(START + FIRST)).isEqualTo(2 * FIRST);
    tryInVain(START + 3 * FIRST);
    assertThat(deferred.nanosUntilDue(START + 3 * FIRST)).isEqualTo(LONGEST);
    tryInVain(START + 10 * FIRST);
    assertThat(deferred.nanosUntilDue(START + 10 * FIRST)).isEqualTo(LONGEST);
    assertThat(deferred.age(START + 10 * FIRST)).isEqualTo(10 * FIRST);
  }

  @Test
  void whatHasJustComeIsTriedSoonWithTheRest() {
    deferred.add(end(1), false, START);
    tryInVain(START);
    tryInVain(START);
    deferred.add(end(2), false, START + 1);
    assertThat(deferred.nanosUntilDue(START + 1)).isEqualTo(FIRST);
    assertThat(tryInVain(START + FIRST)).containsExactlyInAnyOrder(end(1), end(2));
    assertThat(deferred.nanosUntilDue(START + FIRST)).isEqualTo(LONGEST);
  }

  @Test
  void whatMayHaveBeenWrittenStaysApart() {
    deferred.add(end(1), true, START);
    deferred.add(end(2), false, START);
    List<Batch> batches = deferred.take(AT);
    assertThat(batches).extracting(Batch::again).containsExactly(false, true);
    assertThat(batches).extracting(Batch::ends).containsExactly(List.of(end(2)), List.of(end(1)));
  }

  @Test
  void onceEmptyItBeginsAnew() {
    deferred.add(end(1), false, START);
    tryInVain(START);
    tryInVain(START);
    assertThat(deferred.take(AT)).hasSize(1);
    deferred.tried(START);
    assertThat(deferred.nanosUntilDue(START)).isEqualTo(Long.MAX_VALUE);
    deferred.add(end(2), false, START + FIRST);
    assertThat(deferred.nanosUntilDue(START + FIRST)).isEqualTo(FIRST);
    assertThat(deferred.age(START + FIRST)).isZero();
  }
}
