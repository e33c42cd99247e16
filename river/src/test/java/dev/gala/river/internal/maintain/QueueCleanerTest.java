package dev.gala.river.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.Maintenance.QueueDeleteExpiredParams;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.lifecycle.Troubles;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class QueueCleanerTest {
  private final FakeDriver driver = new FakeDriver();
  private final Troubles troubles = new Troubles(InstantSource.system());
  private final QueueCleaner cleaner =
      new QueueCleaner(driver, Pace.restless(Duration.ofHours(1)), new Threads("gala", troubles));

  private void cleanAt(Instant now) {
    driver.maintenance().clock(InstantSource.fixed(now));
    int before = driver.faults().count(Call.QUEUE_DELETE_EXPIRED);
    cleaner.start();
    driver.faults().awaitCount(Call.QUEUE_DELETE_EXPIRED, before + 1);
    cleaner.stop();
  }

  @Test
  @RiverPoint(90)
  void queuesThatNobodyReportedForADayAreForgotten() {
    driver.executor().queueCreateOrUpdate("a");
    cleanAt(Instant.now().plus(Duration.ofHours(23)));
    assertThat(driver.queue("a")).isNotNull();
    cleanAt(Instant.now().plus(Duration.ofHours(24)));
    assertThat(driver.queue("a")).isNull();
    assertThat(driver.maintenance().asked(QueueDeleteExpiredParams.class))
        .contains(new QueueDeleteExpiredParams(Duration.ofHours(24), 10_000));
  }

  /** Not only when the pause after it, of an hour, is over. */
  @Test
  void itIsWellAgainAsSoonAsAPassSucceeds(Logs logs) {
    logs.expect("queue-cleaner: failed, trying again");
    driver.faults().fail(Call.QUEUE_DELETE_EXPIRED, 1, Faults::away);
    cleaner.start();
    driver.faults().awaitCount(Call.QUEUE_DELETE_EXPIRED, 2);
    Await.until("the cleaner to be well", () -> troubles.health().isHealthy());
    cleaner.stop();
    assertThat(logs.count("queue-cleaner: failed")).isEqualTo(1);
  }

  @Test
  void aPauseIsNotForgotten() {
    driver.executor().queueCreateOrUpdate("a");
    driver.pauseUntold("a", true);
    cleanAt(Instant.now().plus(Duration.ofDays(2)));
    assertThat(driver.queue("a")).isNotNull();
  }
}
