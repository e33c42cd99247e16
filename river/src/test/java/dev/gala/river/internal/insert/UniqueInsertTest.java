package dev.gala.river.internal.insert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.job.UniqueOptions;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Unique inserts, bulk inserts, and the kinds that may be inserted. */
@ExtendWith(Leftovers.class)
final class UniqueInsertTest {
  private static final JobType<String> KIND = TextJob.of("k");
  private static final UniqueOptions BY_ARGS = UniqueOptions.builder().byArgs().build();

  private final FakeDriver driver = new FakeDriver();
  private final List<String> woken = new CopyOnWriteArrayList<>();
  private final JobInserter inserter =
      new JobInserter(
          driver,
          new JobInserter.Config(
              25,
              Duration.ofHours(1),
              InstantSource.system(),
              Set.of("k", "alias"),
              List.of(),
              Map.of()),
          new Threads("gala"),
          woken::add);

  @AfterEach
  void close() {
    inserter.close();
  }

  private static JobInsert<String> unique(String args) {
    return unique(args, "default");
  }

  private static JobInsert<String> unique(String args, String queue) {
    return new JobInsert<>(
        KIND, args, InsertOptions.builder().unique(BY_ARGS).queue(queue).build());
  }

  private static JobInsert<String> plain(String args) {
    return new JobInsert<>(KIND, args, InsertOptions.defaults());
  }

  private InsertResult insert(JobInsert<String> job) {
    return inserter.insertMany(List.of(job), Tx.own()).getFirst();
  }

  @Test
  void aKeyInAnOpenTransactionIsToldOf() {
    driver
        .faults()
        .fail(
            Call.INSERT_UNIQUE,
            1,
            () -> new RiverException(RiverError.ROW_LOCKED, "SQLSTATE 55P03", null, true));
    assertThatThrownBy(() -> insert(unique("{}")))
        .isInstanceOfSatisfying(
            RiverException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RiverError.ROW_LOCKED);
              assertThat(e.isTransient()).isTrue();
            })
        .hasMessageContaining("held by a transaction that has not ended")
        .hasMessageContaining("nothing was inserted")
        .hasMessageEndingWith("SQLSTATE 55P03");
  }

  @Test
  void aDuplicateGivesTheRowThatHoldsTheKey() {
    InsertResult first = insert(unique("{\"a\":1,\"b\":2}"));
    InsertResult second = insert(unique("{\"b\":2,\"a\":1}"));
    InsertResult other = insert(unique("{\"a\":2}"));
    assertThat(first.skippedAsDuplicate()).isFalse();
    assertThat(second.skippedAsDuplicate()).isTrue();
    assertThat(second.job()).isEqualTo(first.job()).isEqualTo(driver.row(first.job().id()));
    assertThat(other.skippedAsDuplicate()).isFalse();
    assertThat(driver.rows()).hasSize(2);
    assertThat(driver.faults().count(Call.INSERT)).as("without a key").isZero();
    assertThat(driver.faults().count(Call.INSERT_UNIQUE)).isEqualTo(3);
  }

  @Test
  void aRowOutsideItsStatesHoldsNothing() {
    long id = insert(unique("{}")).job().id();
    driver.endByAnotherHand(id, JobState.COMPLETED);
    assertThat(insert(unique("{}")).skippedAsDuplicate()).isTrue();
    driver.endByAnotherHand(id, JobState.CANCELLED);
    assertThat(insert(unique("{}")).skippedAsDuplicate()).isFalse();
  }

  @Test
  void theStatesOfTheRowThatIsThereDecide() {
    var states =
        EnumSet.of(JobState.AVAILABLE, JobState.PENDING, JobState.RUNNING, JobState.SCHEDULED);
    UniqueOptions whileActive = UniqueOptions.builder().byArgs().byState(states).build();
    var active = InsertOptions.builder().unique(whileActive).build();
    long id = insert(new JobInsert<>(KIND, "{}", active)).job().id();
    driver.endByAnotherHand(id, JobState.COMPLETED);
    assertThat(insert(unique("{}")).skippedAsDuplicate()).isFalse();
  }

  @Test
  @RiverPoint(30)
  void equalKeysInOneBatchAreOneRow() {
    List<InsertResult> results =
        inserter.insertMany(
            List.of(
                unique("{\"a\":1}"),
                plain("{}"),
                unique("{\"a\":2}"),
                unique("{\"a\":1}", "other"),
                plain("{}"),
                unique("{\"a\":1}")),
            Tx.own());
    assertThat(results.stream().map(InsertResult::skippedAsDuplicate))
        .containsExactly(false, false, false, true, false, true);
    assertThat(results.get(3).job()).isEqualTo(results.getFirst().job());
    assertThat(results.get(5).job()).isEqualTo(results.getFirst().job());
    assertThat(driver.rows()).hasSize(4);
    assertThat(driver.faults().count(Call.INSERT_UNIQUE)).isEqualTo(1);
  }

  @Test
  void ofEqualKeysInOneBatchAllAreDuplicatesOfARowThatIsThere() {
    InsertResult there = insert(unique("{}"));
    List<InsertResult> results = inserter.insertMany(List.of(unique("{}"), unique("{}")), Tx.own());
    assertThat(results)
        .containsExactly(new InsertResult(there.job(), true), new InsertResult(there.job(), true));
  }

  @Test
  void theQueuesOfDuplicatesAreNotifiedToo() {
    inserter.insertMany(List.of(unique("{}", "a"), unique("{}", "b")), Tx.own());
    assertThat(driver.notified())
        .containsExactlyInAnyOrder("{\"queue\": \"a\"}", "{\"queue\": \"b\"}");
    assertThat(woken).containsExactly("a", "b");
  }

  @Test
  void aUniqueInsertOnTheCallersConnectionIsTheCallersToCommit() {
    Connection connection = driver.connect();
    inserter.insertMany(List.of(unique("{}")), Tx.on(connection));
    assertThat(driver.rows()).isEmpty();
    driver.commit(connection);
    assertThat(driver.rows()).hasSize(1);
    assertThat(driver.notified()).hasSize(1);
  }

  @Test
  @RiverPoint(17)
  void tenThousandJobsAreOneStatement() {
    List<JobInsert<String>> jobs = Collections.nCopies(10_000, plain("{}"));
    assertThat(inserter.insertMany(jobs, Tx.own())).hasSize(10_000);
    assertThat(driver.insertSizes()).containsExactly(10_000);
  }

  @Test
  void aBulkInsertTellsHowMany() {
    List<JobInsert<String>> jobs =
        IntStream.range(0, 100).mapToObj(i -> unique("{\"i\":" + i + "}")).toList();
    assertThat(inserter.insertBulk(jobs, Tx.own())).isEqualTo(100);
    assertThat(driver.rows()).hasSize(100);
    assertThat(driver.notified()).containsExactly("{\"queue\": \"default\"}");
    assertThat(woken).containsExactly("default");
    assertThat(driver.faults().count(Call.INSERT_BULK)).isEqualTo(1);
  }

  @Test
  void aKeyThatIsTakenFailsTheWholeBulkInsert() {
    insert(unique("{}"));
    assertThatThrownBy(() -> inserter.insertBulk(List.of(plain("{}"), unique("{}")), Tx.own()))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.ROW_REFUSED));
    assertThat(driver.rows()).hasSize(1);
  }

  @Test
  void equalKeysInOneBulkInsertFailBeforeTheDatabaseIsAsked() {
    assertThatThrownBy(
            () ->
                inserter.insertBulk(
                    List.of(unique("{}"), plain("{}"), unique("{}", "other")), Tx.own()))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.UNIQUE_CONFLICT))
        .hasMessageContainingAll("jobs 0 and 2", "insertMany");
    assertThat(driver.faults().count(Call.INSERT_BULK)).isZero();
  }

  @Test
  void anEmptyBulkInsertIsRefused() {
    assertThatThrownBy(() -> inserter.insertBulk(List.of(), Tx.own()))
        .hasMessageContaining("no jobs to insert");
  }

  @Test
  @RiverPoint(16)
  void kindsWithoutAWorkerAreRefusedBeforeTheDatabaseIsAsked() {
    var foreign = new JobInsert<>(TextJob.of("foreign"), "{}", InsertOptions.defaults());
    for (List<JobInsert<String>> jobs : List.of(List.of(foreign), List.of(plain("{}"), foreign))) {
      assertThatThrownBy(() -> inserter.insertMany(jobs, Tx.own()))
          .isInstanceOfSatisfying(
              RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.UNKNOWN_KIND))
          .hasMessageContainingAll("\"foreign\"", "skipUnknownKindCheck");
      assertThatThrownBy(() -> inserter.insertBulk(jobs, Tx.own()))
          .hasMessageContaining("\"foreign\"");
    }
    assertThat(driver.faults().count(Call.INSERT)).isZero();
    var alias = new JobInsert<>(TextJob.of("alias"), "{}", InsertOptions.defaults());
    assertThat(insert(alias).job().kind()).isEqualTo("alias");
  }
}
