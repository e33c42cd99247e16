package dev.gala.river.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.fake.Rows;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JobGetAvailableParamsTest {
  private static final Instant TIME = Rows.CLAIMED;

  private static boolean reaches(int priority, Instant scheduledAt, long id) {
    var starts = List.of(new ClaimStart(2, TIME, 7), new ClaimStart(4, TIME, 0));
    return new JobGetAvailableParams("me", null, 1, "default", starts)
        .reaches(Rows.at(priority, scheduledAt, id));
  }

  @Test
  void aStartIsReachedAndWhatFollowsIt() {
    assertThat(reaches(2, TIME, 7)).isTrue();
    assertThat(reaches(2, TIME, 8)).isTrue();
    assertThat(reaches(2, TIME.plusMillis(1), 1)).isTrue();
    assertThat(reaches(2, TIME, 6)).isFalse();
    assertThat(reaches(2, TIME.minusMillis(1), 8)).isFalse();
  }

  @Test
  void aPriorityWithoutAStartIsReachedFromItsBeginning() {
    assertThat(reaches(1, Instant.EPOCH, 1)).isTrue();
    assertThat(reaches(3, Instant.EPOCH, 1)).isTrue();
    assertThat(reaches(4, Instant.EPOCH, 1)).isFalse();
  }
}
