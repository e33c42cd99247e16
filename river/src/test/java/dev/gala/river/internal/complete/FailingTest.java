package dev.gala.river.internal.complete;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.job.AttemptId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When ends that the database failed each time are tried again, and how many of them. */
final class FailingTest {
  private static final Instant AT = Instant.parse("2026-05-06T07:08:09Z");
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long START = -SECOND; // nanosecond times may be negative

  private final Failing failing = new Failing();

  private static Completion end(long jobId) {
    return new Completion.Success(new AttemptId(jobId, 1, AT));
  }

  /** Tries the next one in vain; returns the pause that follows. */
  private long tryInVain(long begun, long took) {
    failing.failed(failing.next(), begun, begun + took);
    return failing.nanosUntilDue(begun + took);
  }

  @Test
  void nothingIsNeverDue() {
    assertThat(failing.nanosUntilDue(START)).isEqualTo(Long.MAX_VALUE);
    failing.worked(START);
    assertThat(failing.nanosUntilDue(START)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whatFailsAtOnceIsTriedEveryFiveSeconds() {
    failing.add(end(1), START);
    assertThat(failing.nanosUntilDue(START)).isEqualTo(SECOND);
    assertThat(tryInVain(START, 1)).isEqualTo(SECOND);
    assertThat(tryInVain(START, 1)).isEqualTo(2 * SECOND);
    assertThat(tryInVain(START, 1)).isEqualTo(4 * SECOND);
    assertThat(tryInVain(START, 1)).isEqualTo(5 * SECOND);
    assertThat(tryInVain(START, 1)).isEqualTo(5 * SECOND);
  }

  @Test
  void whatFailsSlowlyTakesATenthOfTheTimeButForAMinute() {
    failing.add(end(1), START);
    assertThat(tryInVain(START, SECOND)).isEqualTo(10 * SECOND);
    assertThat(tryInVain(START, 30 * SECOND)).isEqualTo(60 * SECOND);
  }

  @Test
  void eachHasItsTurn() {
    failing.add(end(1), START);
    failing.add(end(2), START);
    failing.add(end(3), START);
    tryInVain(START, 1);
    assertThat(failing.next()).isEqualTo(end(2));
    assertThat(failing.ends()).isEqualTo(List.of(end(3), end(1)));
    assertThat(failing.any()).isEqualTo(end(3));
  }

  @Test
  void whereNothingWorkedAllAreDueOnceAnythingDoes() {
    failing.add(end(1), START);
    tryInVain(START, 60 * SECOND);
    failing.worked(START + 61 * SECOND);
    assertThat(failing.nanosUntilDue(START + 61 * SECOND)).isZero();
  }

  @Test
  void whereOthersWorkItIsTheEndsOwnFaultAndWaits() {
    failing.add(end(1), START);
    tryInVain(START, 1);
    failing.worked(START + SECOND);
    assertThat(failing.nanosUntilDue(START + SECOND)).isZero();
    // It was tried once too often, and then it is known.
    assertThat(tryInVain(START + SECOND, 1)).isEqualTo(SECOND);
    failing.worked(START + SECOND + 1);
    failing.worked(START + SECOND + 1);
    assertThat(failing.nanosUntilDue(START + SECOND + 1)).isEqualTo(SECOND);
    tryInVain(START + 2 * SECOND, 1);
    failing.worked(START + 2 * SECOND + 1);
    assertThat(failing.nanosUntilDue(START + 2 * SECOND + 1)).isEqualTo(2 * SECOND);
  }

  @Test
  void onceEmptyItBeginsAnew() {
    failing.add(end(1), START);
    tryInVain(START, 30 * SECOND);
    assertThat(failing.next()).isEqualTo(end(1));
    assertThat(failing.size()).isZero();
    failing.add(end(2), START + 40 * SECOND);
    assertThat(failing.nanosUntilDue(START + 40 * SECOND)).isEqualTo(SECOND);
  }
}
