package dev.gala.river.internal.insert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class JobInserterTest {
  private static final JobType<String> KIND = TextJob.of("k");

  private final FakeDriver driver = new FakeDriver();
  private final List<String> woken = new CopyOnWriteArrayList<>();
  private JobInserter inserter = inserter(Duration.ofHours(1));

  private JobInserter inserter(Duration cooldown) {
    var config =
        new JobInserter.Config(25, cooldown, InstantSource.system(), null, List.of(), Map.of());
    return new JobInserter(driver, config, new Threads("gala"), woken::add);
  }

  @AfterEach
  void close() {
    inserter.close();
  }

  private static JobInsert<String> job(InsertOptions.Builder options) {
    return new JobInsert<>(KIND, "{}", options.build());
  }

  private static JobInsert<String> job(String queue) {
    return job(InsertOptions.builder().queue(queue));
  }

  @Test
  void anInsertOfItsOwnIsThereAndAnnouncedWhenItReturns() {
    List<InsertResult> results = inserter.insertMany(List.of(job("a"), job("b")), Tx.own());
    assertThat(results.stream().map(InsertResult::job)).isEqualTo(driver.rows());
    assertThat(driver.notified())
        .containsExactlyInAnyOrder("{\"queue\": \"a\"}", "{\"queue\": \"b\"}");
    assertThat(woken).containsExactly("a", "b");
  }

  @Test
  void theResultsComeInTheOrderOfTheInserts() {
    List<JobInsert<String>> inserts =
        List.of(job("a"), job("b"), job(InsertOptions.builder().priority(3)), job("a"));
    List<JobRow> rows =
        inserter.insertMany(inserts, Tx.own()).stream().map(InsertResult::job).toList();
    assertThat(rows.stream().map(JobRow::queue)).containsExactly("a", "b", "default", "a");
    assertThat(rows.stream().map(JobRow::id)).isSorted().doesNotHaveDuplicates();
    assertThat(driver.faults().count(Call.INSERT)).isEqualTo(1);
  }

  @Test
  void anInsertOnTheCallersConnectionIsTheCallersToCommit() {
    Connection connection = driver.connect();
    inserter.insertMany(List.of(job("a")), Tx.on(connection));
    inserter.insertMany(List.of(job("a")), Tx.on(connection));
    assertThat(driver.rows()).isEmpty();
    assertThat(driver.notified()).isEmpty();
    driver.commit(connection);
    assertThat(driver.rows()).hasSize(2);
    // Not limited: when the caller commits is not known here.
    assertThat(driver.notified()).hasSize(2);
    assertThat(woken).isEmpty();
  }

  @Test
  @RiverPoint(34)
  void jobsThatMustWaitAreNotAnnounced() {
    inserter.insertMany(
        List.of(
            job(InsertOptions.builder().scheduledAt(Instant.EPOCH)),
            job(InsertOptions.builder().pending(true))),
        Tx.own());
    assertThat(driver.rows().stream().map(JobRow::state))
        .containsExactly(JobState.SCHEDULED, JobState.PENDING);
    assertThat(driver.notified()).isEmpty();
    assertThat(woken).isEmpty();
  }

  @Test
  @RiverPoint(17)
  void anEmptyListIsRefused() {
    assertThatThrownBy(() -> inserter.insertMany(List.of(), Tx.own()))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.INSERT_INVALID))
        .hasMessageContaining("no jobs to insert");
    assertThat(driver.faults().count(Call.INSERT)).isZero();
  }

  @Test
  @RiverPoint(17)
  void oneBadJobRefusesAllBeforeTheDatabaseIsAsked() {
    assertThatThrownBy(() -> inserter.insertMany(List.of(job("good"), job("BAD")), Tx.own()))
        .hasMessageContaining("\"BAD\"");
    assertThat(driver.faults().count(Call.INSERT)).isZero();
  }

  @Test
  void aFailedInsertIsTheCallersToKnowAndCountsForNothing() {
    driver.faults().fail(Call.INSERT, 1, Faults::away);
    assertThatThrownBy(() -> inserter.insertMany(List.of(job("a")), Tx.own()))
        .isInstanceOfSatisfying(RiverException.class, e -> assertThat(e.isTransient()).isTrue());
    assertThat(woken).isEmpty();
    inserter.insertMany(List.of(job("a")), Tx.own());
    assertThat(driver.notified()).hasSize(1);
    assertThat(woken).containsExactly("a");
  }

  @Test
  @RiverPoint(34)
  void withinTheCooldownOnlyTheFirstInsertNotifiesButEachWakesItsOwnClient() {
    for (int i = 0; i < 5; i++) {
      inserter.insertMany(List.of(job("a")), Tx.own());
    }
    assertThat(driver.notified()).hasSize(1);
    assertThat(woken).hasSize(5);
  }

  @Test
  void theLastOfManyInsertsIsAnnouncedAfterTheCooldown() {
    inserter.close();
    inserter = inserter(Duration.ofMillis(50));
    inserter.insertMany(List.of(job("a")), Tx.own());
    inserter.insertMany(List.of(job("a")), Tx.own());
    driver.awaitNotified(2);
    assertThat(driver.notified()).containsOnly("{\"queue\": \"a\"}");
  }

  @Test
  void aTrailingNotificationThatFailsIsSentAgain() {
    driver.faults().fail(Call.NOTIFY, 2, Faults::away);
    inserter.close();
    inserter = inserter(Duration.ofMillis(50));
    inserter.insertMany(List.of(job("a"), job("b")), Tx.own());
    inserter.insertMany(List.of(job("a"), job("b")), Tx.own());
    driver.awaitNotified(4);
    assertThat(driver.notified())
        .containsExactlyInAnyOrder(
            "{\"queue\": \"a\"}", "{\"queue\": \"b\"}", "{\"queue\": \"a\"}", "{\"queue\": \"b\"}");
    // And those after them have their own.
    inserter.insertMany(List.of(job("a")), Tx.own());
    driver.awaitNotified(5);
  }

  @Test
  void aCloseSendsWhatCouldNotBeSentBefore() {
    driver.faults().failAlways(Call.NOTIFY, Faults::away);
    inserter.close();
    inserter = inserter(Duration.ofMillis(50));
    int before;
    do {
      before = driver.notified().size();
      inserter.insertMany(List.of(job("a")), Tx.own());
    } while (driver.notified().size() > before);
    // The last one came within the cooldown, and no other brings its notification along.
    driver.faults().awaitCount(Call.NOTIFY, 2);
    driver.faults().heal(Call.NOTIFY);
    inserter.close();
    assertThat(driver.notified()).hasSizeGreaterThan(before);
  }

  @Test
  void anInsertOfUnknownOutcomeIsLookedForAsIfItWereThere() {
    inserter.close();
    inserter = inserter(Duration.ofMillis(50));
    inserter.insertMany(List.of(job("a")), Tx.own());
    woken.clear();
    driver.faults().failAfterDoing(Call.INSERT, 1);
    assertThatThrownBy(() -> inserter.insertMany(List.of(job("a")), Tx.own()))
        .isInstanceOfSatisfying(
            RiverException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RiverError.OUTCOME_UNKNOWN);
              assertThat(e.isTransient()).isFalse();
            });
    assertThat(woken).containsExactly("a");
    driver.awaitNotified(2);
  }

  @Test
  void aClosedInserterRefusesWhateverTheTransaction() {
    inserter.close();
    for (Tx tx : List.of(Tx.own(), Tx.on(driver.connect()))) {
      assertThatThrownBy(() -> inserter.insertMany(List.of(job("a")), tx))
          .isInstanceOfSatisfying(
              RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CLIENT_STATE))
          .hasMessageContaining("nothing was inserted");
      assertThatThrownBy(() -> inserter.insertBulk(List.of(job("a")), tx))
          .hasMessageContaining("nothing was inserted");
    }
    assertThat(driver.rows()).isEmpty();
  }

  @Test
  void aCloseSendsTheTrailingNotificationThatIsStillToCome() {
    inserter.insertMany(List.of(job("a")), Tx.own());
    inserter.insertMany(List.of(job("a")), Tx.own());
    assertThat(driver.notified()).hasSize(1);
    inserter.close();
    assertThat(driver.notified()).hasSize(2);
    inserter.close();
    assertThat(driver.notified()).hasSize(2);
  }
}
