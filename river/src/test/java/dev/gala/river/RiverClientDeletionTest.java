package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.TextJob;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.QueueConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Subscription;
import dev.gala.river.job.Tx;
import dev.gala.river.job.UniqueOptions;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkContext;
import java.sql.Connection;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Queues, and single jobs, of which no row is left when they have ended well. */
@ExtendWith(Leftovers.class)
final class RiverClientDeletionTest {
  private static final JobType<String> KIND = TextJob.of("k");
  private static final JobType<String> UNIQUE =
      TextJob.of("unique")
          .withOptions(
              InsertOptions.builder().unique(UniqueOptions.builder().byArgs().build()).build());

  private final FakeDriver driver = new FakeDriver();
  private final Connection connection = driver.connect();
  private @Nullable RiverClient client;

  private RiverClient client(QueueConfig queue, boolean direct) {
    client =
        RiverClient.create(
            driver.database(),
            RiverConfig.builder()
                .worker(KIND, this::work)
                .queue("deleting", queue)
                .queue("keeping", 2)
                .skipUnknownKindCheck(true)
                .directDispatch(direct)
                .fetchCooldown(Duration.ofMillis(1))
                .build());
    return client;
  }

  private RiverClient client() {
    return client(new QueueConfig(2).withDeleteOnCompletion(), false);
  }

  private Outcome work(WorkContext<String> context) {
    switch (context.args()) {
      case "\"fail\"" -> throw new IllegalStateException("why");
      case "\"cancel\"" -> {
        return Outcome.cancel("why");
      }
      case "\"delete\"" -> context.deleteOnCompletion(true);
      case "\"keep\"" -> context.deleteOnCompletion(false);
      case "\"complete\"" -> {
        context.complete(connection);
        driver.commit(connection);
      }
      case "\"roll back\"" -> {
        context.complete(connection);
        driver.rollback(connection);
      }
      default -> context.recordOutput("[7]");
    }
    return Outcome.done();
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
  }

  private long insert(RiverClient client, String args, String queue) {
    return client
        .insert(KIND, args, InsertOptions.builder().queue(queue).build(), Tx.own())
        .job()
        .id();
  }

  private static JobRow next(Subscription told) throws InterruptedException {
    RiverEvent event = told.take();
    assertThat(event.kind()).isEqualTo(RiverEvent.Kind.JOB_COMPLETED);
    JobRow row = event.job();
    assertThat(row).isNotNull();
    return row;
  }

  @Test
  void aJobOfAQueueThatDeletesIsGoneAndToldOf() throws Exception {
    RiverClient client = client();
    try (Subscription told = client.subscribe(Set.of(RiverEvent.Kind.JOB_COMPLETED))) {
      client.start();
      long id = insert(client, "\"output\"", "deleting");
      JobRow row = next(told);
      assertThat(row.id()).isEqualTo(id);
      assertThat(row.state()).isEqualTo(JobState.COMPLETED);
      assertThat(row.finalizedAt()).isNotNull();
      assertThat(row.metadata()).isEqualTo("{\"output\":[7]}");
      assertThat(driver.rows()).isEmpty();
    }
  }

  @Test
  void onlyWhatEndsWellIsDeleted() {
    RiverClient client = client();
    client.start();
    long failed = insert(client, "\"fail\"", "deleting");
    long cancelled = insert(client, "\"cancel\"", "deleting");
    long elsewhere = insert(client, "\"output\"", "keeping");
    driver.awaitRow(failed, row -> !row.errors().isEmpty());
    driver.awaitState(cancelled, JobState.CANCELLED);
    driver.awaitState(elsewhere, JobState.COMPLETED);
  }

  @Test
  void aWorkerDecidesForASingleJob() {
    RiverClient client = client();
    client.start();
    long deleted = insert(client, "\"delete\"", "keeping");
    long kept = insert(client, "\"keep\"", "deleting");
    driver.awaitGone(deleted);
    driver.awaitState(kept, JobState.COMPLETED);
  }

  @Test
  void aJobWhoseKeyIsHeldByItsRowIsCompleted() {
    RiverClient client =
        RiverClient.create(
            driver.database(),
            RiverConfig.builder()
                .worker(TextJob.of("unique"), context -> Outcome.done())
                .queue("default", new QueueConfig(2).withDeleteOnCompletion())
                .build());
    this.client = client;
    client.start();
    long id = client.insert(UNIQUE, "{}").job().id();
    driver.awaitState(id, JobState.COMPLETED);
    assertThat(client.insert(UNIQUE, "{}").skippedAsDuplicate()).isTrue();
  }

  @Test
  void aQueueWhoseJobsHoldTheirKeysIsNotAdded() {
    RiverClient client =
        RiverClient.create(
            driver.database(),
            RiverConfig.builder().worker(UNIQUE, context -> Outcome.done()).queue("q", 1).build());
    this.client = client;
    RiverException refused =
        catchThrowableOfType(
            RiverException.class,
            () -> client.addQueue("default", new QueueConfig(1).withDeleteOnCompletion()));
    assertThat(refused.code()).isEqualTo(RiverError.CONFIG_INVALID);
    assertThat(refused).hasMessageContaining("kind \"unique\"");
    client.addQueue("other", new QueueConfig(1).withDeleteOnCompletion());
  }

  @Test
  void whatAWorkerCompletesInItsTransactionIsDeletedThere() throws Exception {
    RiverClient client = client();
    try (Subscription told = client.subscribe(Set.of(RiverEvent.Kind.JOB_COMPLETED))) {
      client.start();
      long committed = insert(client, "\"complete\"", "deleting");
      assertThat(next(told).id()).isEqualTo(committed);
      long rolledBack = insert(client, "\"roll back\"", "deleting");
      assertThat(next(told).id()).isEqualTo(rolledBack);
      assertThat(driver.rows()).isEmpty();
    }
  }

  @Test
  void aJobThatBeganAtOnceIsDeletedToo() throws Exception {
    RiverClient client = client(new QueueConfig(10).withDeleteOnCompletion(), true);
    try (Subscription told = client.subscribe(Set.of(RiverEvent.Kind.JOB_COMPLETED))) {
      client.start();
      JobRow inserted;
      do {
        InsertOptions options = InsertOptions.builder().queue("deleting").build();
        inserted = client.insert(KIND, "{}", options, Tx.own()).job();
        assertThat(next(told).id()).isEqualTo(inserted.id());
      } while (inserted.state() != JobState.RUNNING);
      assertThat(driver.rows()).isEmpty();
    }
  }

  @Test
  void workingOneJobGivesItAsItEnded() {
    RiverClient client = client();
    JobRow row = client.workNow(insert(client, "\"output\"", "deleting"));
    assertThat(row).isNotNull();
    assertThat(row.state()).isEqualTo(JobState.COMPLETED);
    assertThat(row.metadata()).isEqualTo("{\"output\":[7]}");
    assertThat(driver.rows()).isEmpty();
    assertThat(client.workNow(row.id())).isNull();
  }
}
