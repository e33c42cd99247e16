package dev.gala.river.internal.periodic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.insert.JobInserter;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.UniqueOptions;
import dev.gala.river.spi.Plugin;
import dev.gala.river.worker.PeriodicJob;
import dev.gala.river.worker.PeriodicSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class PeriodicEnqueuerTest {
  private static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");

  private final FakeDriver driver = new FakeDriver();
  private final AtomicReference<Instant> now = new AtomicReference<>(BEGIN);
  private final InstantSource clock = now::get;
  private final PeriodicDefinitions definitions = new PeriodicDefinitions(null);
  private final List<Plugin> plugins = new ArrayList<>();
  private final Threads threads = new Threads("gala");
  private final JobInserter inserter =
      new JobInserter(
          driver,
          new JobInserter.Config(25, Duration.ofHours(1), clock, null, plugins, Map.of()),
          threads,
          queue -> {});
  private final PeriodicEnqueuer enqueuer =
      new PeriodicEnqueuer(
          definitions, new PeriodicEnqueuer.Config(clock, plugins), threads, inserter);

  @AfterEach
  void close() {
    enqueuer.stop();
    inserter.close();
  }

  private static PeriodicJob<String> job(String kind) {
    return PeriodicJob.of(
        TextJob.of(kind), PeriodicSchedule.every(Duration.ofMinutes(1)), () -> "{}");
  }

  private List<JobRow> awaitRows(int count) {
    Await.until(count + " rows", () -> driver.rows().size() >= count);
    return driver.rows();
  }

  @Test
  @RiverPoint(92)
  void whatRunsOnStartIsInsertedAtEveryStart() {
    definitions.add(List.of(job("k").withId("every_minute").withRunOnStart()));
    enqueuer.start();
    JobRow first = awaitRows(1).getFirst();
    assertThat(first.state()).isEqualTo(JobState.AVAILABLE);
    assertThat(first.scheduledAt()).isEqualTo(BEGIN);
    assertThat(first.metadata())
        .isEqualTo("{\"periodic\":true,\"river:periodic_job_id\":\"every_minute\"}");
    assertThat(driver.notified()).containsExactly("{\"queue\": \"default\"}");

    enqueuer.stop();
    now.set(BEGIN.plusSeconds(20));
    enqueuer.start();
    assertThat(awaitRows(2)).extracting(JobRow::scheduledAt).contains(BEGIN.plusSeconds(20));
  }

  @Test
  void aChangeOfTheDefinitionsIsFollowedAtOnce() {
    enqueuer.start();
    definitions.add(List.of(job("k").withRunOnStart()));
    awaitRows(1);
    // The clock was set meanwhile: the next change lets it see what is due.
    now.set(BEGIN.plusSeconds(60));
    definitions.clear();
    definitions.add(List.of(job("other").withRunOnStart()));
    // Before the first is gone it may have become due by the new time.
    Await.until(
        "the other's row",
        () -> driver.rows().stream().map(JobRow::kind).anyMatch("other"::equals));
    assertThat(driver.rows()).extracting(JobRow::kind).startsWith("k").endsWith("other");
  }

  @Test
  void aDatabaseThatIsAwayLosesNothing(Logs logs) {
    logs.expect("periodic: failed, trying again");
    driver.faults().fail(Call.INSERT, 2, Faults::away);
    definitions.add(List.of(job("k").withRunOnStart()));
    enqueuer.start();
    assertThat(awaitRows(1)).extracting(JobRow::scheduledAt).containsExactly(BEGIN);
    assertThat(driver.faults().count(Call.INSERT)).isEqualTo(3);
  }

  @Test
  void equalUniqueKeysInOneBatchAreOneRow() {
    InsertOptions unique =
        InsertOptions.builder()
            .unique(UniqueOptions.builder().byPeriod(Duration.ofHours(1)).build())
            .build();
    definitions.add(
        List.of(
            job("k").withOptions(unique).withRunOnStart(),
            job("k").withOptions(unique).withRunOnStart(),
            job("other").withRunOnStart()));
    enqueuer.start();
    assertThat(awaitRows(2)).extracting(JobRow::kind).containsExactlyInAnyOrder("k", "other");
    assertThat(driver.faults().count(Call.INSERT_UNIQUE)).isEqualTo(1);
  }

  @Test
  void pluginsStandAroundItsInsertsAndAreToldOfItsStart() {
    List<String> told = new CopyOnWriteArrayList<>();
    plugins.add(
        new Plugin() {
          @Override
          public void periodicJobsStart(List<PeriodicJob<?>> jobs) {
            told.add("start " + jobs);
          }

          @Override
          public List<InsertResult> insertMany(List<JobInsertParams> jobs, InsertChain next) {
            told.add("insert " + jobs.size());
            return next.insertMany(jobs);
          }
        });
    var inserter =
        new JobInserter(
            driver,
            new JobInserter.Config(25, Duration.ofHours(1), clock, null, plugins, Map.of()),
            threads,
            queue -> {});
    var enqueuer =
        new PeriodicEnqueuer(
            definitions, new PeriodicEnqueuer.Config(clock, plugins), threads, inserter);
    definitions.add(List.of(job("k").withId("one").withRunOnStart()));
    enqueuer.start();
    awaitRows(1);
    enqueuer.stop();
    inserter.close();
    assertThat(told).containsExactly("start [periodic job \"one\"]", "insert 1");
  }

  @Test
  void aPluginThatThrowsKeepsItFromStarting() {
    plugins.add(
        new Plugin() {
          @Override
          public void periodicJobsStart(List<PeriodicJob<?>> jobs) {
            throw new IllegalStateException("not today");
          }
        });
    definitions.add(List.of(job("k").withRunOnStart()));
    assertThatThrownBy(enqueuer::start).hasMessage("not today");
    Leftovers.noThreads();
    assertThat(driver.rows()).isEmpty();
    plugins.clear();
    enqueuer.start();
    awaitRows(1);
  }
}
