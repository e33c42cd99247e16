package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.Subscription;
import dev.gala.river.job.Tx;
import dev.gala.river.json.JsonArgs;
import dev.gala.river.worker.Outcome;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody keeps the rows of running jobs locked, and sessions wait for locks without end. */
class LockedJobTest {
  record Numbered(int number) {}

  private static final JobType<Numbered> NUMBERED =
      JobType.of("numbered", JsonArgs.of(Numbered.class));
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final TestDatabase postgres = TestDatabase.create();
  private RiverDatabase database;

  @BeforeEach
  void connect() {
    // A given pool, whose sessions have no lock_timeout.
    database = RiverDatabase.at(postgres.dataSource()).connect();
    database.migrator().up();
  }

  @AfterEach
  void close() {
    database.close();
    postgres.close();
  }

  /** The first worker has a stranger lock its row before it ends. */
  @Test
  void holdsUpNoOtherJob() throws Exception {
    try (Connection stranger = postgres.connect();
        PreparedStatement lock =
            stranger.prepareStatement("select from river_job where id = ? for update")) {
      stranger.setAutoCommit(false);
      RiverConfig config =
          RiverConfig.builder()
              .queue("default", 10)
              .worker(
                  NUMBERED,
                  context -> {
                    if (context.args().number() == 0) {
                      lock.setLong(1, context.job().id());
                      lock.execute();
                    } else if (context.args().number() == 1) {
                      context.setMetadata("m", "1");
                    }
                    return Outcome.done();
                  })
              .build();
      try (RiverClient client = RiverClient.create(database, config)) {
        Subscription events = client.subscribe(Set.of(RiverEvent.Kind.JOB_COMPLETED));
        client.start();
        long locked = client.insert(NUMBERED, new Numbered(0)).job().id();
        awaitLock(locked);
        client.insertMany(
            IntStream.range(1, 100)
                .mapToObj(n -> new JobInsert<>(NUMBERED, new Numbered(n), InsertOptions.defaults()))
                .toList(),
            Tx.own());
        for (int i = 1; i < 100; i++) {
          assertThat(next(events).id()).isNotEqualTo(locked);
        }
        JobRow waiting = client.jobs().get(locked);
        assertThat(waiting.state()).isEqualTo(JobState.RUNNING);
        stranger.rollback();
        assertThat(next(events).id()).isEqualTo(locked);
        assertThat(client.jobs().get(locked).attempt()).isEqualTo(1);
      }
    }
  }

  /** Until nobody else could lock the row. */
  private void awaitLock(long id) throws Exception {
    try (Connection connection = postgres.connect();
        PreparedStatement free =
            connection.prepareStatement(
                "select from river_job where id = ? for update skip locked")) {
      free.setLong(1, id);
      while (free.executeQuery().next()) {
        Thread.onSpinWait();
      }
    }
  }

  private static JobRow next(Subscription events) throws InterruptedException {
    RiverEvent event = events.poll(DEADLINE);
    assertThat(event).as("an event").isNotNull();
    return Objects.requireNonNull(event.job());
  }
}
