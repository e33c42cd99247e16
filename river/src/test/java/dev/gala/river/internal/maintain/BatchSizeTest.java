package dev.gala.river.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class BatchSizeTest {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final BatchSize batch = new BatchSize(10_000);

  @Test
  void threeTimeoutsInARowMakeItSmallerForGood(Logs logs) {
    logs.expect("now of 1000 rows each");
    for (int failures = 0; failures < 3; failures++) {
      assertThat(batch.rows()).isEqualTo(10_000);
      batch.failed(Faults.timedOut(), failures * MINUTE);
    }
    assertThat(batch.rows()).isEqualTo(1_000);
    batch.succeeded();
    for (int failures = 0; failures < 10; failures++) {
      batch.failed(Faults.timedOut(), 10 * MINUTE);
    }
    assertThat(batch.rows()).isEqualTo(1_000);
  }

  @Test
  void aSuccessOrAnotherFailureBetweenThemMakesThemHarmless() {
    for (int failures = 0; failures < 10; failures++) {
      batch.failed(Faults.timedOut(), 0);
      batch.failed(Faults.timedOut(), 0);
      if (failures % 2 == 0) {
        batch.succeeded();
      } else {
        batch.failed(Faults.away(), 0);
      }
    }
    assertThat(batch.rows()).isEqualTo(10_000);
  }

  @Test
  void timeoutsLongAgoAreForgotten() {
    for (int failures = 0; failures < 10; failures++) {
      batch.failed(Faults.timedOut(), failures * 6L * MINUTE);
    }
    assertThat(batch.rows()).isEqualTo(10_000);
  }
}
