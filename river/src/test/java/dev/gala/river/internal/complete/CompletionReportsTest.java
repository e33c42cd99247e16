package dev.gala.river.internal.complete;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is told of ends: each once, and of the attempt it is about. */
@ExtendWith(Leftovers.class)
final class CompletionReportsTest {
  private final FakeDriver driver = new FakeDriver();
  private final List<RiverEvent> told = new CopyOnWriteArrayList<>();
  private final CompletionBatcher batcher =
      new CompletionBatcher(
          driver,
          new CompletionBatcher.Config(1_000, Duration.ofSeconds(30), InstantSource.system()),
          new Threads("gala"),
          told::add);

  @AfterEach
  void stop() {
    batcher.stop();
  }

  private List<JobRow> claimed(int count) {
    for (int i = 0; i < count; i++) {
      driver.add("k", "{}");
    }
    return driver.claim(count, "k");
  }

  private static Report report(JobRow job, RiverEvent.Kind kind) {
    return new Report(job, kind, Duration.ZERO, Duration.ZERO, System.nanoTime());
  }

  private static Completion success(JobRow job) {
    return new Completion.Success(job.attemptId(), report(job, RiverEvent.Kind.JOB_COMPLETED));
  }

  private static Completion failure(JobRow job, @Nullable String metadata) {
    return new Completion.Full(
        new JobSetStateParams(
            job.attemptId(), JobState.DISCARDED, null, null, Instant.now(), metadata, null),
        false,
        report(job, RiverEvent.Kind.JOB_FAILED));
  }

  /** Submits all of them as one batch: what comes before holds the writer at a gate. */
  private void submitTogether(Completion... completions) {
    Gate gate = driver.faults().block(Call.COMPLETE);
    batcher.submit(new Completion.Success(claimed(1).getFirst().attemptId()));
    gate.awaitEntered();
    List.of(completions).forEach(batcher::submit);
    gate.open();
  }

  private List<String> told() {
    return told.stream()
        .map(event -> event.kind() + " " + Objects.requireNonNull(event.job()).id())
        .toList();
  }

  @Test
  @RiverPoint(95)
  void aSuccessIsToldOnceThoughTheRestOfItsBatchFails(Logs logs) {
    logs.expect("could not be written, trying again");
    driver.faults().fail(Call.SET_STATE, 2, Faults::away);
    batcher.start();
    List<JobRow> jobs = claimed(2);
    submitTogether(success(jobs.get(0)), failure(jobs.get(1), null));
    driver.awaitState(jobs.get(1).id(), JobState.DISCARDED);
    batcher.stop();
    assertThat(told())
        .containsExactly("JOB_COMPLETED " + jobs.get(0).id(), "JOB_FAILED " + jobs.get(1).id());
  }

  @Test
  @RiverPoint({65, 95})
  void ofTwoAttemptsAtOneJobTheOneThatHoldsItIsTold(Logs logs) {
    logs.expect("had lost its claim");
    batcher.start();
    JobRow first = claimed(1).getFirst();
    driver.rescue(first.id());
    JobRow second = driver.claim(1, "k").getFirst();
    submitTogether(failure(second, null), success(first), success(second), failure(first, null));
    driver.awaitState(first.id(), JobState.DISCARDED);
    batcher.stop();
    assertThat(told()).first().isEqualTo("JOB_FAILED " + first.id());
    assertThat(told).allMatch(event -> Objects.requireNonNull(event.job()).attempt() == 2);
    assertThat(logs.count("attempt=1")).isEqualTo(2);
  }

  @Test
  @RiverPoint(95)
  void whatIsLockedIsToldWhenItIsWritten() {
    batcher.start();
    List<JobRow> jobs = claimed(2);
    jobs.forEach(job -> driver.lock(job.id()));
    submitTogether(success(jobs.get(0)), failure(jobs.get(1), "{\"m\":1}"));
    driver.faults().awaitCount(Call.ATTEMPT_STATES, 2);
    assertThat(told).isEmpty();
    jobs.forEach(job -> driver.unlock(job.id()));
    driver.awaitAll(row -> row.state().isFinal());
    batcher.stop();
    assertThat(told())
        .containsExactlyInAnyOrder(
            "JOB_COMPLETED " + jobs.get(0).id(), "JOB_FAILED " + jobs.get(1).id());
  }

  @Test
  @RiverPoint(95)
  void whatWasWrittenWithoutAnAnswerIsToldAsItStands(Logs logs) {
    logs.expect("could not be written, trying again");
    driver.faults().failAfterDoing(Call.COMPLETE, 1);
    batcher.start();
    JobRow job = claimed(1).getFirst();
    batcher.submit(success(job));
    Await.until("the event", () -> told.size() == 1);
    batcher.stop();
    assertThat(told()).containsExactly("JOB_COMPLETED " + job.id());
    assertThat(told.getFirst().job()).isEqualTo(driver.row(job.id()));
  }

  @Test
  @RiverPoint({63, 95})
  void whatAnotherHandEndedIsToldAsItStandsAndTakesTheMetadata() {
    batcher.start();
    List<JobRow> jobs = claimed(2);
    jobs.forEach(job -> driver.endByAnotherHand(job.id(), JobState.CANCELLED));
    submitTogether(success(jobs.get(0)), failure(jobs.get(1), "{\"m\":1}"));
    Await.until("both events", () -> told.size() == 2);
    assertThat(told())
        .containsExactlyInAnyOrder(
            "JOB_CANCELLED " + jobs.get(0).id(), "JOB_CANCELLED " + jobs.get(1).id());
    assertThat(driver.row(jobs.get(1).id()).metadata()).isEqualTo("{\"m\":1}");
  }
}
