package dev.gala.river.internal.produce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.fake.Rows;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BacklogTest {
  private static ClaimedJob waited(Duration time, int priority) {
    return new ClaimedJob(
        new JobRow(
            1,
            JobState.RUNNING,
            1,
            25,
            Rows.CLAIMED,
            Rows.CLAIMED.minus(time),
            null,
            Rows.CLAIMED.minus(time),
            priority,
            "{}",
            List.of("client"),
            List.of(),
            "k",
            "{}",
            "default",
            List.of(),
            null,
            Set.of()),
        null);
  }

  @Test
  void whereNobodyHasLookedNothingBeginsFirst() {
    for (int priority = 1; priority <= 4; priority++) {
      assertThat(Backlog.UNKNOWN.mayBeOvertakenBy(priority)).isFalse();
    }
    assertThat(Backlog.UNKNOWN.isNone()).isFalse();
  }

  @Test
  void aClaimThatBringsLessThanAskedForLeavesNothing() {
    Backlog left = Backlog.after(2, List.of(waited(Duration.ofHours(1), 1)));
    assertThat(left.isNone()).isTrue();
    assertThat(left.mayBeOvertakenBy(4)).isTrue();
  }

  @Test
  void whatHasJustComeIsOvertakenByWhatIsAsImportant() {
    Backlog left =
        Backlog.after(
            2, List.of(waited(Duration.ofMillis(999), 3), waited(Duration.ofMillis(10), 2)));
    assertThat(left.isNone()).isFalse();
    assertThat(left.mayBeOvertakenBy(1)).isTrue();
    assertThat(left.mayBeOvertakenBy(2)).isTrue();
    assertThat(left.mayBeOvertakenBy(3)).isFalse();
  }

  @Test
  void whatHasWaitedLongIsOvertakenByNothing() {
    Backlog left =
        Backlog.after(2, List.of(waited(Duration.ZERO, 1), waited(Duration.ofMillis(1_001), 1)));
    assertThat(left.mayBeOvertakenBy(1)).isFalse();
  }

  @Test
  void aRowThatCouldNotBeReadIsOvertakenByNothing() {
    JobRow row = waited(Duration.ZERO, 1).job();
    var unread =
        new JobRow(
            row.id(),
            row.state(),
            row.attempt(),
            row.maxAttempts(),
            null,
            row.createdAt(),
            null,
            row.scheduledAt(),
            row.priority(),
            row.args(),
            row.attemptedBy(),
            row.errors(),
            row.kind(),
            row.metadata(),
            row.queue(),
            row.tags(),
            null,
            Set.of());
    assertThat(Backlog.after(1, List.of(new ClaimedJob(unread, null)))).isEqualTo(Backlog.UNKNOWN);
  }
}
