package dev.gala.river.internal.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AuditPaceTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final AuditPace pace = new AuditPace(Duration.ofSeconds(5));

  @Test
  void quickAuditsComeAtTheInterval() {
    assertThat(pace.untilNext(SECOND / 10)).isEqualTo(5 * SECOND);
    assertThat(pace.untilNext(SECOND / 10)).isEqualTo(5 * SECOND);
  }

  @Test
  void slowAuditsTakeATwentiethOfTheTime() {
    pace.untilNext(SECOND);
    assertThat(pace.untilNext(SECOND)).isEqualTo(20 * SECOND);
    assertThat(pace.untilNext(2 * SECOND)).isEqualTo(20 * SECOND);
    assertThat(pace.untilNext(2 * SECOND)).isEqualTo(40 * SECOND);
  }

  @Test
  void oneThatWaitedForTheDatabasePutsOffNothing() {
    pace.untilNext(SECOND / 10);
    assertThat(pace.untilNext(10 * SECOND)).isEqualTo(5 * SECOND);
    assertThat(pace.untilNext(SECOND / 10)).isEqualTo(5 * SECOND);
  }
}
