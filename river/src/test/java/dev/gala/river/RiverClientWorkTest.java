package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.TextJob;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Subscription;
import dev.gala.river.json.JsonObjects;
import dev.gala.river.spi.AttemptLines;
import dev.gala.river.spi.Plugin;
import dev.gala.river.worker.ErrorHandler;
import dev.gala.river.worker.JobCancelException;
import dev.gala.river.worker.JobSnoozeException;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.Worker;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What workers and those around them can do, as the rows show it. */
@ExtendWith(Leftovers.class)
final class RiverClientWorkTest {
  private static final JobType<String> KIND = TextJob.of("k");
  private static final String LOST = "had lost its claim";

  private final FakeDriver driver = new FakeDriver();
  private final List<String> did = Collections.synchronizedList(new ArrayList<>());
  private @Nullable RiverClient client;

  private RiverClient started(RiverConfig.Builder config) {
    client =
        RiverClient.create(
            driver.database(),
            config
                .queue("default", 5)
                .fetchCooldown(Duration.ofMillis(1))
                .fetchPollInterval(Duration.ofMillis(5))
                .retryPolicy((job, now) -> now)
                .build());
    client.start();
    return client;
  }

  private RiverClient started(Worker<String> worker) {
    return started(RiverConfig.builder().worker(KIND, worker));
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
  }

  private long add(int maxAttempts) {
    return driver.add("k", "{}", InsertOptions.builder().maxAttempts(maxAttempts).build());
  }

  private static String error(JobRow row, int index) {
    return row.errors().get(index).error();
  }

  private static RiverEvent next(Subscription subscription) throws InterruptedException {
    RiverEvent event = subscription.poll(Await.DEADLINE);
    assertThat(event).as("an event").isNotNull();
    return event;
  }

  @Test
  @RiverPoint(59)
  void theErrorHandlerMayCancel() {
    started(
        RiverConfig.builder()
            .worker(
                KIND,
                context -> {
                  throw new IllegalStateException("hopeless");
                })
            .errorHandler(
                (job, failure) -> {
                  did.add(job.attempt() + " " + failure.getMessage());
                  return job.attempt() < 2
                      ? ErrorHandler.Decision.RETRY
                      : ErrorHandler.Decision.CANCEL;
                }));
    JobRow row = driver.awaitState(add(25), JobState.CANCELLED);
    assertThat(row.errors()).hasSize(2);
    assertThat(error(row, 1)).isEqualTo("hopeless");
    assertThat(row.finalizedAt()).isNotNull();
    assertThat(did).containsExactly("1 hopeless", "2 hopeless");
  }

  @Test
  @RiverPoint(59)
  void anErrorHandlerThatFailsIsHarmless(Logs logs) {
    logs.expect("the error handler failed for job");
    var calls = new AtomicInteger();
    started(
        RiverConfig.builder()
            .worker(
                KIND,
                context -> {
                  throw new IllegalStateException("hopeless");
                })
            .errorHandler(
                (job, failure) -> {
                  if (calls.incrementAndGet() == 1) {
                    throw new NoClassDefFoundError("no/Handler");
                  }
                  throw new IllegalStateException("no handler");
                }));
    JobRow row = driver.awaitState(add(2), JobState.DISCARDED);
    assertThat(row.errors()).hasSize(2);
    assertThat(logs.count("the error handler failed for job")).isEqualTo(2);
  }

  @Test
  @RiverPoint({57, 58})
  void outcomesMayBeThrownFromDeepInside() {
    started(
        RiverConfig.builder()
            .worker(
                KIND,
                context -> {
                  if (JsonObjects.intAt(context.job().metadata(), "snoozes", 0) < 2) {
                    var snooze = new JobSnoozeException(Duration.ZERO);
                    throw new IllegalStateException(
                        "wrapped", new JobCancelException("not this", snooze));
                  }
                  throw new IllegalStateException("wrapped", new JobCancelException("no user"));
                })
            .errorHandler(
                (job, failure) -> {
                  did.add("asked");
                  return ErrorHandler.Decision.RETRY;
                }));
    JobRow row = driver.awaitState(add(25), JobState.CANCELLED);
    assertThat(row.attempt()).isEqualTo(1);
    assertThat(row.errors()).hasSize(1);
    assertThat(error(row, 0)).isEqualTo("JobCancelError: no user");
    assertThat(row.metadata()).isEqualTo("{\"snoozes\":2}");
    assertThat(did).isEmpty();
  }

  @Test
  @RiverPoint(67)
  void aJobIsCompletedByTheCommitOfItsWorker() {
    var connection = new AtomicReference<Connection>();
    started(
        context -> {
          connection.set(driver.connect());
          context.recordOutput("[7]");
          context.complete(connection.get());
          assertThat(driver.row(context.job().id()).state()).isEqualTo(JobState.RUNNING);
          driver.commit(connection.get());
          did.add(driver.row(context.job().id()).state().toString());
          context.setMetadata("later", "1");
          return Outcome.done();
        });
    JobRow row = driver.awaitRow(add(25), job -> job.metadata().contains("later"));
    assertThat(did).containsExactly(JobState.COMPLETED.toString());
    assertThat(row.state()).isEqualTo(JobState.COMPLETED);
    assertThat(row.metadata()).isEqualTo("{\"output\":[7],\"later\":1}");
  }

  @Test
  @RiverPoint(67)
  void aCompletionThatWasCommittedIsNoLostClaimAndStays(Logs logs) throws InterruptedException {
    RiverClient working =
        started(
            context -> {
              Connection connection = driver.connect();
              context.complete(connection);
              driver.commit(connection);
              if (context.job().args().contains("fail")) {
                throw new IllegalStateException("too late");
              }
              return Outcome.done();
            });
    Subscription events = working.subscribe(EnumSet.allOf(RiverEvent.Kind.class));
    long done = driver.add("k", "{}");
    assertThat(next(events).kind()).isEqualTo(RiverEvent.Kind.JOB_COMPLETED);
    long failed = driver.add("k", "{\"fail\": true}");
    assertThat(next(events).kind()).isEqualTo(RiverEvent.Kind.JOB_COMPLETED);
    assertThat(driver.row(done).state()).isEqualTo(JobState.COMPLETED);
    assertThat(driver.row(failed).state()).isEqualTo(JobState.COMPLETED);
    assertThat(driver.row(failed).errors()).isEmpty();
    assertThat(logs.count(LOST)).isZero();
  }

  @Test
  @RiverPoint(67)
  void aCompletionThatWasRolledBackLeavesTheJobToTheEngine() {
    started(
        context -> {
          Connection connection = driver.connect();
          context.complete(connection);
          driver.rollback(connection);
          if (context.job().attempt() == 1) {
            throw new IllegalStateException("rolled back");
          }
          return Outcome.done();
        });
    JobRow row = driver.awaitState(add(25), JobState.COMPLETED);
    assertThat(row.attempt()).isEqualTo(2);
    assertThat(error(row, 0)).isEqualTo("rolled back");
  }

  @Test
  void whoeverHasLostTheClaimCompletesNothing(Logs logs) {
    logs.expect(LOST);
    started(
        context -> {
          driver.endByAnotherHand(context.job().id(), JobState.CANCELLED);
          assertThatThrownBy(() -> context.complete(driver.connect()))
              .isInstanceOfSatisfying(
                  RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CLAIM_LOST))
              .hasMessageContaining("roll the transaction back");
          assertThatThrownBy(
                  () ->
                      context.steps().step("a", () -> context.steps().checkpoint(driver.connect())))
              .isInstanceOfSatisfying(
                  RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CLAIM_LOST));
          context.setMetadata("seen", "true");
          return Outcome.cancel("lost");
        });
    JobRow row = driver.awaitRow(add(25), job -> job.metadata().contains("seen"));
    assertThat(row.state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  @RiverPoint(70)
  void stepsThatWerePassedAreNotDoneAgain() {
    started(
        context -> {
          int attempt = context.job().attempt();
          context.steps().step("one", () -> did.add("one"));
          context
              .steps()
              .stepWithCursor(
                  "two",
                  cursor -> {
                    did.add("two from " + cursor);
                    context.steps().setCursor("\"here\"");
                    if (attempt == 1) {
                      throw new IllegalStateException("broken");
                    }
                  });
          context
              .steps()
              .step(
                  "three",
                  () -> {
                    did.add("three");
                    if (attempt == 2) {
                      Connection connection = driver.connect();
                      context.steps().checkpoint(connection);
                      driver.commit(connection);
                      throw new IllegalStateException("broken after its checkpoint");
                    }
                  });
          context.steps().step("four", () -> did.add("four"));
          return Outcome.done();
        });
    JobRow row = driver.awaitState(add(25), JobState.COMPLETED);
    assertThat(row.attempt()).isEqualTo(3);
    assertThat(did).containsExactly("one", "two from null", "two from \"here\"", "three", "four");
  }

  @Test
  void aJobThatStandsAtAStepIsNotDoneByAWorkerWithoutSteps() {
    started(context -> Outcome.done());
    long id =
        driver.add(
            "k",
            "{}",
            InsertOptions.builder()
                .maxAttempts(1)
                .metadata("{\"river:resumable_step\":\"x\"}")
                .build());
    JobRow row = driver.awaitState(id, JobState.DISCARDED);
    assertThat(error(row, 0)).isEqualTo("river: resumable step \"x\" not found in Worker");
  }

  @Test
  void theLogOfEveryAttemptIsKept() {
    started(
        context -> {
          context.logger().info("attempt {}", context.job().attempt());
          if (context.job().attempt() == 1) {
            throw new IllegalStateException("broken");
          }
          return Outcome.done();
        });
    JobRow row = driver.awaitState(add(25), JobState.COMPLETED);
    List<String> log = JsonObjects.elements(JsonObjects.members(row.metadata()).get("river:log"));
    assertThat(log).hasSize(2);
    for (int attempt = 1; attempt <= 2; attempt++) {
      assertThat(JsonObjects.intAt(log.get(attempt - 1), "attempt", 0)).isEqualTo(attempt);
      assertThat(JsonObjects.textAt(log.get(attempt - 1), "log"))
          .endsWith(" INFO attempt " + attempt + "\n");
    }
  }

  @Test
  void linesThatALoggingFrameworkHandsOverAreKeptToo() {
    started(
        RiverConfig.builder()
            .plugin(
                new Plugin() {
                  @Override
                  public Outcome work(JobRow job, WorkChain inner) throws Exception {
                    AttemptLines.keep(() -> "around");
                    return inner.work(job);
                  }
                })
            .errorHandler(
                (job, failure) -> {
                  AttemptLines.keep(() -> "too late");
                  return ErrorHandler.Decision.CANCEL;
                })
            .worker(
                KIND,
                context -> {
                  AttemptLines.keep(() -> "within");
                  throw new IllegalStateException("broken");
                }));
    JobRow row = driver.awaitState(add(25), JobState.CANCELLED);
    List<String> log = JsonObjects.elements(JsonObjects.members(row.metadata()).get("river:log"));
    assertThat(log).containsExactly("{\"attempt\":1,\"log\":\"around\\nwithin\\n\"}");
  }

  @Test
  @RiverPoint(71)
  void aWorkerWorksItsAliasesToo() {
    started(
        RiverConfig.builder()
            .worker(
                KIND.withAliases("before", "long before"),
                context -> {
                  did.add(context.job().kind());
                  return Outcome.done();
                }));
    driver.awaitState(driver.add("long before", "{}"), JobState.COMPLETED);
    driver.awaitState(driver.add("before", "{}"), JobState.COMPLETED);
    driver.awaitState(driver.add("k", "{}"), JobState.COMPLETED);
    assertThat(did).containsExactly("long before", "before", "k");
  }

  @Test
  void anAliasThatIsTakenIsRefused() {
    assertThatThrownBy(
            () ->
                RiverConfig.builder()
                    .worker(KIND, context -> Outcome.done())
                    .worker(TextJob.of("other").withAliases("k"), context -> Outcome.done())
                    .stuckThreshold(Duration.ZERO)
                    .build())
        .hasMessageContaining("kind \"k\" has a worker already")
        .hasMessageContaining("stuckThreshold is PT0S");
  }
}
