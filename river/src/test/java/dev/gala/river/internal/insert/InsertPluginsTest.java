package dev.gala.river.internal.insert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Rows;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.Tx;
import dev.gala.river.job.UniqueOptions;
import dev.gala.river.spi.Plugin;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class InsertPluginsTest {
  private final FakeDriver driver = new FakeDriver();
  private final List<String> steps = new ArrayList<>();
  private final List<JobInserter> inserters = new ArrayList<>();

  /** Tells what it sees. */
  private final class Telling implements Plugin {
    private final String name;

    Telling(String name) {
      this.name = name;
    }

    @Override
    public List<InsertResult> insertMany(List<JobInsertParams> jobs, InsertChain next) {
      steps.add(name + " around " + jobs.size());
      List<InsertResult> results = next.insertMany(jobs);
      steps.add(name + " done");
      return results;
    }

    @Override
    public JobInsertParams insertBegin(JobInsertParams job) {
      steps.add(name + " begins " + job.kind());
      return job;
    }
  }

  @AfterEach
  void close() {
    inserters.forEach(JobInserter::close);
  }

  private JobInserter inserter(List<Plugin> plugins, Map<String, List<Plugin>> kindPlugins) {
    var config =
        new JobInserter.Config(
            25, Duration.ofHours(1), InstantSource.system(), null, plugins, kindPlugins);
    var inserter = new JobInserter(driver, config, new Threads("gala"), queue -> {});
    inserters.add(inserter);
    return inserter;
  }

  private static JobInsert<String> job(String kind) {
    return new JobInsert<>(TextJob.of(kind), "{}", InsertOptions.defaults());
  }

  private static JobInsertParams changed(JobInsertParams job, String args, String queue) {
    return new JobInsertParams(
        args,
        job.kind(),
        job.maxAttempts(),
        job.metadata(),
        job.priority(),
        queue,
        job.scheduledAt(),
        job.state(),
        job.tags(),
        job.uniqueKey(),
        job.uniqueStates());
  }

  @Test
  @RiverPoint(96)
  void pluginsOfAllKindsStandAroundThoseOfTheKindsAsTheyCome() {
    JobInserter inserter =
        inserter(
            List.of(new Telling("outer"), new Telling("inner")),
            Map.of(
                "a", List.of(new Telling("of a")),
                "b", List.of(new Telling("of b")),
                "c", List.of(new Telling("of c"))));
    inserter.insertMany(List.of(job("b"), job("a"), job("b")), Tx.own());
    assertThat(steps)
        .containsExactly(
            "outer around 3",
            "inner around 3",
            "of b around 3",
            "of a around 3",
            "outer begins b",
            "inner begins b",
            "of b begins b",
            "outer begins a",
            "inner begins a",
            "of a begins a",
            "outer begins b",
            "inner begins b",
            "of b begins b",
            "of a done",
            "of b done",
            "inner done",
            "outer done");
    assertThat(driver.rows()).hasSize(3);
  }

  @Test
  @RiverPoint(96)
  void aPluginMayAnswerItself() {
    JobRow row = Rows.running(7, "a");
    Plugin answering =
        new Plugin() {
          @Override
          public List<InsertResult> insertMany(List<JobInsertParams> jobs, InsertChain next) {
            return List.of(new InsertResult(row, true));
          }
        };
    JobInserter inserter =
        inserter(List.of(new Telling("outer"), answering, new Telling("inner")), Map.of());
    assertThat(inserter.insertMany(List.of(job("a")), Tx.own()))
        .containsExactly(new InsertResult(row, true));
    assertThat(inserter.insertBulk(List.of(job("a")), Tx.own())).isZero();
    assertThat(steps)
        .containsExactly("outer around 1", "outer done", "outer around 1", "outer done");
    assertThat(driver.rows()).isEmpty();
  }

  @Test
  @RiverPoint(96)
  void whatAPluginThrowsEndsTheInsert() {
    Plugin refusing =
        new Plugin() {
          @Override
          public JobInsertParams insertBegin(JobInsertParams job) {
            throw new IllegalArgumentException("not this one");
          }
        };
    Plugin replacing =
        new Plugin() {
          @Override
          public List<InsertResult> insertMany(List<JobInsertParams> jobs, InsertChain next) {
            try {
              return next.insertMany(jobs);
            } catch (IllegalArgumentException e) {
              throw new IllegalStateException("refused", e);
            }
          }
        };
    JobInserter inserter = inserter(List.of(replacing), Map.of("b", List.of(refusing)));
    assertThatThrownBy(() -> inserter.insertMany(List.of(job("a"), job("b")), Tx.own()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("refused");
    assertThat(driver.faults().count(Call.INSERT)).isZero();
    inserter.insertMany(List.of(job("a")), Tx.own());
    assertThat(driver.rows()).hasSize(1);
  }

  @Test
  @RiverPoint(96)
  void aJobMayBeChangedAndKeepsTheKeyMadeBefore() {
    List<JobInsertParams> seen = new ArrayList<>();
    Plugin moving =
        new Plugin() {
          @Override
          public JobInsertParams insertBegin(JobInsertParams job) {
            seen.add(job);
            return changed(job, "{\"changed\":true}", "other");
          }
        };
    UniqueOptions unique = UniqueOptions.builder().byArgs().byQueue().build();
    var options = InsertOptions.builder().unique(unique).build();
    inserter(List.of(moving), Map.of())
        .insertMany(List.of(new JobInsert<>(TextJob.of("a"), "{}", options)), Tx.own());
    JobRow row = driver.rows().getFirst();
    assertThat(row.args()).isEqualTo("{\"changed\":true}");
    assertThat(row.queue()).isEqualTo("other");
    assertThat(row.uniqueKey()).isNotNull().isEqualTo(seen.getFirst().uniqueKey());
    assertThat(driver.notified()).containsExactly("{\"queue\": \"other\"}");
  }

  @Test
  void aBulkInsertPassesThroughThemToo() {
    Plugin doubling =
        new Plugin() {
          @Override
          public List<InsertResult> insertMany(List<JobInsertParams> jobs, InsertChain next) {
            var twice = new ArrayList<>(jobs);
            twice.addAll(jobs);
            List<InsertResult> results = next.insertMany(twice);
            assertThat(results).hasSize(4);
            assertThat(results.stream().map(result -> result.job().id())).containsOnly(0L);
            return results.subList(0, jobs.size());
          }
        };
    int count =
        inserter(List.of(doubling), Map.of()).insertBulk(List.of(job("a"), job("b")), Tx.own());
    assertThat(count).isEqualTo(2);
    assertThat(driver.rows()).hasSize(4);
  }

  @Test
  void aPluginMayLeaveNothingToInsert() {
    Plugin dropping =
        new Plugin() {
          @Override
          public List<InsertResult> insertMany(List<JobInsertParams> jobs, InsertChain next) {
            assertThat(next.insertMany(List.of())).isEmpty();
            return List.of(new InsertResult(Rows.running(1, "a"), true));
          }
        };
    JobInserter inserter = inserter(List.of(dropping), Map.of());
    assertThat(inserter.insertMany(List.of(job("a")), Tx.own())).hasSize(1);
    assertThat(inserter.insertBulk(List.of(job("a")), Tx.own())).isZero();
    assertThat(driver.rows()).isEmpty();
  }

  @Test
  void aPluginThatLosesResultsIsNamed() {
    Plugin losing =
        new Plugin() {
          @Override
          public List<InsertResult> insertMany(List<JobInsertParams> jobs, InsertChain next) {
            next.insertMany(jobs);
            return List.of();
          }
        };
    JobInserter inserter = inserter(List.of(losing), Map.of());
    assertThatThrownBy(() -> inserter.insertMany(List.of(job("a")), Tx.own()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(losing.getClass().getName(), "0 results for 1 jobs");
  }
}
