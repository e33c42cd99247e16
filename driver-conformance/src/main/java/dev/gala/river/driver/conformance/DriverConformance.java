package dev.gala.river.driver.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.JobInserted;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.Listener;
import dev.gala.river.driver.Notification;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What all tests of drivers use; package-private but for the one method a driver gives. */
public abstract class DriverConformance {
  /** Long past: due by any clock. */
  static final Instant PAST = Instant.parse("2026-01-02T03:04:05.678901Z");

  /** Far off: not due by any clock. */
  static final Instant FUTURE = Instant.parse("2300-01-01T00:00:00Z");

  /** No test waits so long unless it fails. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String LAST = "{\"queue\": \"last\"}";

  private @Nullable TestedDatabase database;

  DriverConformance() {}

  /** An empty database with River's tables; the test closes it. */
  protected abstract TestedDatabase open();

  @BeforeEach
  final void openDatabase() {
    database = open();
  }

  @AfterEach
  final void closeDatabase() {
    if (database != null) {
      database.close();
    }
  }

  final TestedDatabase database() {
    if (database == null) {
      throw new IllegalStateException("the database is opened before each test, and not before");
    }
    return database;
  }

  final Driver driver() {
    return database().driver();
  }

  final Executor executor() {
    return driver().executor();
  }

  final List<Long> insert(JobInsertParams... jobs) {
    return insert(List.of(jobs));
  }

  final List<Long> insert(List<JobInsertParams> jobs) {
    return executor().jobInsertFast(jobs, Set.of()).stream().map(JobInserted::id).toList();
  }

  final long insertOne(JobInsertParams job) {
    return insert(job).getFirst();
  }

  final JobRow row(long id) {
    return present(executor().jobGet(id));
  }

  final List<ClaimedJob> claim(int max) {
    return executor().jobGetAvailable(new JobGetAvailableParams("client", null, max, "default"));
  }

  final List<JobRow> claimRows(int max) {
    return claim(max).stream().map(ClaimedJob::job).toList();
  }

  /** A job in {@code state}, brought there by the seam. */
  final long in(JobState state) {
    return switch (state) {
      case AVAILABLE -> insertOne(Jobs.job());
      case PENDING, SCHEDULED -> insertOne(Jobs.job(state, FUTURE));
      case RUNNING -> running().id();
      case CANCELLED, COMPLETED, DISCARDED -> ended(state);
      case RETRYABLE -> {
        JobRow row = running();
        end(new JobSetStateParams(row.attemptId(), state, null, null, null, null, FUTURE));
        yield row.id();
      }
    };
  }

  private long ended(JobState state) {
    JobRow row = running();
    end(new JobSetStateParams(row.attemptId(), state, null, null, PAST, null, null));
    return row.id();
  }

  private void end(JobSetStateParams outcome) {
    assertThat(executor().jobSetStateIfRunning(List.of(outcome), false)).hasSize(1);
  }

  /** A job of a queue of its own, claimed. */
  final JobRow running() {
    long id = insertOne(Jobs.inQueue("claimed"));
    List<ClaimedJob> claimed =
        executor().jobGetAvailable(new JobGetAvailableParams("client", null, 1, "claimed"));
    assertThat(claimed).singleElement().extracting(job -> job.job().id()).isEqualTo(id);
    return claimed.getFirst().job();
  }

  /** What {@code work} returns, done in a transaction that is committed after it. */
  final <T> T committing(Function<Executor, T> work) throws SQLException {
    try (Connection connection = driver().connect()) {
      connection.setAutoCommit(false);
      T result = work.apply(driver().executor(connection));
      connection.commit();
      return result;
    }
  }

  /** Does {@code work} in a transaction that is rolled back after it. */
  final void rollingBack(Consumer<Executor> work) throws SQLException {
    try (Connection connection = driver().connect()) {
      connection.setAutoCommit(false);
      work.accept(driver().executor(connection));
      connection.rollback();
    }
  }

  /** Does {@code meanwhile} while another transaction holds the job's row. */
  final void whileLocked(long id, Runnable meanwhile) throws SQLException {
    rollingBack(
        other -> {
          assertThat(other.jobUpdate(id, "{}")).isNotNull();
          meanwhile.run();
        });
  }

  /**
   * What is told on all topics while {@code work} is done, in order. One more notification marks
   * the end: the database delivers them in the order of their commits.
   */
  final List<Notification> told(Work work) throws Exception {
    try (Listener listener = driver().listen(Set.of(NotificationTopic.values()))) {
      work.run();
      executor().notifyMany(NotificationTopic.INSERT, List.of(LAST));
      var told = new ArrayList<Notification>();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (told.stream().noneMatch(notification -> notification.payload().equals(LAST))) {
        assertThat(System.nanoTime())
            .as("still nothing of the last of %s", told)
            .isLessThan(deadline);
        told.addAll(listener.await(Duration.ofSeconds(1)));
      }
      told.removeLast();
      return told;
    }
  }

  /** The payloads of {@link #told}, of one topic, without their spaces. */
  final List<String> told(NotificationTopic topic, Work work) throws Exception {
    return told(work).stream()
        .filter(notification -> notification.topic() == topic)
        .map(notification -> notification.payload().replace(" ", ""))
        .toList();
  }

  static RiverException refusal(RiverError code, ThrowingCallable call) {
    RiverException refusal = present(Assertions.catchThrowableOfType(RiverException.class, call));
    assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
    return refusal;
  }

  static <T> T present(@Nullable T value) {
    assertThat(value).isNotNull();
    return Objects.requireNonNull(value);
  }

  static Stream<JobState> waiting() {
    return Stream.of(JobState.AVAILABLE, JobState.PENDING, JobState.RETRYABLE, JobState.SCHEDULED);
  }

  static Stream<JobState> ends() {
    return Stream.of(JobState.CANCELLED, JobState.COMPLETED, JobState.DISCARDED);
  }

  /** Something a test does. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }
}
