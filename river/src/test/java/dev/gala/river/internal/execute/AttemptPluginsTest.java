package dev.gala.river.internal.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.ExecutorConfigs;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Rows;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.complete.Completion;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.ArgsCodec;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.spi.Plugin;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkContext;
import dev.gala.river.worker.WorkMiddleware;
import dev.gala.river.worker.Worker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What stands around attempts. */
@ExtendWith(Leftovers.class)
final class AttemptPluginsTest {
  private static final JobType<String> KIND = TextJob.of("k");
  private static final JobType<String> UNREADABLE =
      JobType.of(
          "k",
          new ArgsCodec<String>() {
            @Override
            public String encode(String args) {
              return args;
            }

            @Override
            public String decode(String json) {
              throw new IllegalArgumentException("what is this?");
            }
          });

  private final List<String> did = Collections.synchronizedList(new ArrayList<>());
  private final BlockingQueue<Completion> completions = new LinkedBlockingQueue<>();
  private @Nullable JobExecutor executor;

  @AfterEach
  void stop() {
    if (executor != null) {
      executor.stop();
    }
  }

  /** Writes down where an attempt passes. */
  private class Passing implements Plugin {
    private final String name;

    Passing(String name) {
      this.name = name;
    }

    @Override
    public Outcome work(JobRow job, WorkChain next) throws Exception {
      did.add(name + " in");
      try {
        return next.work(job);
      } finally {
        did.add(name + " out");
      }
    }

    @Override
    public void workBegin(JobRow job) throws Exception {
      did.add(name + " begin");
    }

    @Override
    public @Nullable Throwable workEnd(JobRow job, @Nullable Throwable thrown) {
      did.add(name + " end " + (thrown == null ? "well" : thrown.getMessage()));
      return thrown;
    }
  }

  /** A worker with a middleware and a policy of its own. */
  private final class OwnWays implements Worker<String> {
    private final Worker<String> worker;

    OwnWays(Worker<String> worker) {
      this.worker = worker;
    }

    @Override
    public Outcome work(WorkContext<String> context) throws Exception {
      did.add("work");
      return worker.work(context);
    }

    @Override
    public List<WorkMiddleware> middleware(JobRow job) {
      return List.of(own("first"), own("second"));
    }

    private WorkMiddleware own(String name) {
      return (job, next) -> {
        did.add(name + " in");
        Outcome outcome = next.work(job);
        did.add(name + " out");
        return outcome;
      };
    }

    @Override
    public Instant nextRetry(JobRow job, Throwable failure) {
      did.add("retry after " + failure.getMessage());
      return Rows.CLAIMED.plus(Duration.ofDays(36_500));
    }
  }

  private Completion run(
      JobType<String> type, Worker<String> worker, List<Plugin> plugins, String kind)
      throws InterruptedException {
    return run(type, worker, plugins, Attempts.of(Rows.running(1, kind)));
  }

  private Completion run(
      JobType<String> type, Worker<String> worker, List<Plugin> plugins, Attempt attempt)
      throws InterruptedException {
    JobExecutor.Options none = ExecutorConfigs.options();
    var options =
        new JobExecutor.Options(
            plugins,
            Map.of("k", List.of(new Passing("kind"))),
            null,
            none.stuckThreshold(),
            null,
            none.transactions(),
            none.workTransactions(),
            none.watched());
    var config =
        new JobExecutor.Config(
            Duration.ZERO,
            Duration.ZERO,
            (job, now) -> now.plusSeconds(60),
            InstantSource.system(),
            options);
    var workers = new WorkerSet(Map.of("k", new WorkerSet.Entry<>(type, worker)));
    if (attempt.undecodable() != null) {
      var stuck =
          new StuckWatch(
              new StuckWatch.Config(options.stuckThreshold(), null), new Threads("gala").work("x"));
      return new AttemptRunner(workers, config, () -> null, stuck).run(attempt);
    }
    executor = new JobExecutor(workers, config, new Threads("gala"), completions::add);
    executor.start();
    executor.execute(new ClaimedJob(attempt.job(), attempt.undecodable()), () -> {});
    Completion completion = completions.poll(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
    assertThat(completion).as("a completion").isNotNull();
    return completion;
  }

  private static JobSetStateParams params(Completion completion) {
    return ((Completion.Full) completion).params();
  }

  private static String error(Completion completion) {
    return params(completion).error().error();
  }

  @Test
  @RiverPoint(96)
  void anAttemptPassesFromTheOutsideInwards() throws InterruptedException {
    Worker<String> worker = new OwnWays(context -> Outcome.done());
    List<Plugin> plugins = List.of(new Passing("a"), new Passing("b"));
    assertThat(run(KIND, worker, plugins, "k")).isInstanceOf(Completion.Success.class);
    assertThat(did)
        .containsExactly(
            "first in",
            "second in",
            "a in",
            "b in",
            "kind in",
            "a begin",
            "b begin",
            "kind begin",
            "work",
            "a end well",
            "b end well",
            "kind end well",
            "kind out",
            "b out",
            "a out",
            "second out",
            "first out");
  }

  @Test
  @RiverPoint({60, 96})
  void unknownKindsPassNobody() throws InterruptedException {
    Worker<String> worker = new OwnWays(context -> Outcome.done());
    assertThat(error(run(KIND, worker, List.of(new Passing("a")), "stranger")))
        .isEqualTo("job kind is not registered in the client's Workers bundle: stranger");
    assertThat(did).isEmpty();
  }

  @Test
  @RiverPoint(69)
  void aRowThatCannotBeReadPassesNobodyAndFailsByTheClientsPolicy() throws InterruptedException {
    Worker<String> worker = new OwnWays(context -> Outcome.done());
    var attempt = new Attempt(new ClaimedJob(Rows.running(1, "k"), "errors[2] is null"), () -> {});
    JobSetStateParams params = params(run(KIND, worker, List.of(new Passing("a")), attempt));
    assertThat(params.error().error()).isEqualTo("job row couldn't be decoded: errors[2] is null");
    assertThat(params.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(did).isEmpty();
  }

  @Test
  @RiverPoint({61, 96})
  void whatFailsBeforeTheWorkerHasNoEndAndTheClientsPolicy() throws InterruptedException {
    Worker<String> worker = new OwnWays(context -> Outcome.done());
    JobSetStateParams params = params(run(UNREADABLE, worker, List.of(), "k"));
    assertThat(params.error().error()).isEqualTo("what is this?");
    assertThat(params.scheduledAt()).isBefore(Rows.CLAIMED.plus(Duration.ofDays(36_500)));
    assertThat(did).containsExactly("first in", "second in", "kind in", "kind begin", "kind out");
  }

  @Test
  @RiverPoint(96)
  void aBeginningThatFailsFailsTheAttempt() throws InterruptedException {
    Plugin failing =
        new Passing("a") {
          @Override
          public void workBegin(JobRow job) throws Exception {
            throw new java.io.IOException("not today");
          }
        };
    assertThat(error(run(KIND, context -> Outcome.done(), List.of(failing), "k")))
        .isEqualTo("not today");
    assertThat(did).containsExactly("a in", "kind in", "kind out", "a out");
  }

  @Test
  @RiverPoint(96)
  void theEndMayBeReplacedAndCleared() throws InterruptedException {
    Plugin replacing =
        new Passing("a") {
          @Override
          public Throwable workEnd(JobRow job, @Nullable Throwable thrown) {
            super.workEnd(job, thrown);
            return new IllegalStateException("replaced");
          }
        };
    Plugin clearing =
        new Passing("b") {
          @Override
          public @Nullable Throwable workEnd(JobRow job, @Nullable Throwable thrown) {
            super.workEnd(job, thrown);
            return null;
          }
        };
    Worker<String> failing =
        context -> {
          throw new StackOverflowError("deep");
        };
    assertThat(run(KIND, failing, List.of(replacing, clearing), "k"))
        .isInstanceOf(Completion.Success.class);
    assertThat(did).contains("a end deep", "b end replaced", "kind end well");
    executor.stop();
    assertThat(error(run(KIND, failing, List.of(clearing, replacing), "k"))).isEqualTo("replaced");
  }

  @Test
  void anEndThatFailsIsWhatTheNextOnesSee() throws InterruptedException {
    Plugin failing =
        new Passing("a") {
          @Override
          public Throwable workEnd(JobRow job, @Nullable Throwable thrown) {
            throw new NoClassDefFoundError("no/End");
          }
        };
    assertThat(error(run(KIND, context -> Outcome.done(), List.of(failing), "k")))
        .isEqualTo("no/End");
    assertThat(did).contains("kind end no/End");
  }

  @Test
  @RiverPoint(96)
  void aPluginMayAnswerItselfFailAndChangeTheRow() throws InterruptedException {
    Plugin answering =
        new Passing("a") {
          @Override
          public Outcome work(JobRow job, WorkChain next) {
            return Outcome.cancel("closed");
          }
        };
    Plugin failing =
        new Passing("a") {
          @Override
          public Outcome work(JobRow job, WorkChain next) throws Exception {
            next.work(job);
            throw new IllegalStateException("after all");
          }
        };
    Plugin changing =
        new Passing("a") {
          @Override
          public Outcome work(JobRow job, WorkChain next) throws Exception {
            return next.work(Rows.running(77, "other"));
          }
        };
    Worker<String> worker =
        context -> {
          did.add("works " + context.job().id());
          return Outcome.done();
        };
    assertThat(error(run(KIND, worker, List.of(answering), "k")))
        .isEqualTo("JobCancelError: closed");
    assertThat(did).isEmpty();
    executor.stop();
    assertThat(error(run(KIND, worker, List.of(failing), "k"))).isEqualTo("after all");
    executor.stop();
    assertThat(run(KIND, worker, List.of(changing), "k").attemptId().jobId()).isEqualTo(1);
    assertThat(did).contains("works 77");
  }

  @Test
  @RiverPoint(55)
  void aWorkersOwnPolicyComesFirst() throws InterruptedException {
    Worker<String> worker =
        new OwnWays(
            context -> {
              throw new IllegalStateException("broken");
            });
    JobSetStateParams params = params(run(KIND, worker, List.of(), "k"));
    assertThat(params.scheduledAt()).isEqualTo(Rows.CLAIMED.plus(Duration.ofDays(36_500)));
    assertThat(did).contains("retry after broken");
  }
}
