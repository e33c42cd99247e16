package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.json.JsonArgs;
import dev.gala.river.worker.Outcome;
import dev.gala.test.postgres.TestDatabase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that is told that its way leads through a transaction pooler. */
class PoolerTest {
  record Empty() {}

  private static final JobType<Empty> KIND = JobType.of("kind", JsonArgs.of(Empty.class));

  private final TestDatabase postgres = TestDatabase.create();
  private final CountDownLatch worked = new CountDownLatch(1);

  @BeforeEach
  void migrate() {
    try (RiverDatabase database = RiverDatabase.connect(postgres.url())) {
      database.migrator().up();
    }
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  private RiverConfig config(boolean pollOnly, Duration poll) {
    return RiverConfig.builder()
        .queue("default", 1)
        .pollOnly(pollOnly)
        .fetchPollInterval(poll)
        .worker(
            KIND,
            context -> {
              worked.countDown();
              return Outcome.done();
            })
        .build();
  }

  @Test
  void eitherPollsOrIsRefused() throws Exception {
    try (RiverDatabase database = RiverDatabase.at(postgres.url()).throughPooler(true).connect()) {
      try (RiverClient listening =
          RiverClient.create(database, config(false, Duration.ofSeconds(1)))) {
        assertThatThrownBy(listening::start)
            .isInstanceOfSatisfying(
                RiverException.class,
                e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID))
            .hasMessageContaining("set pollOnly");
      }
      try (RiverClient polling =
          RiverClient.create(database, config(true, Duration.ofMillis(100)))) {
        polling.start();
        polling.insert(KIND, new Empty());
        assertThat(worked.await(60, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void listensElsewhere() throws Exception {
    try (RiverDatabase database =
            RiverDatabase.at(postgres.url())
                .throughPooler(true)
                .listenUrl(postgres.url())
                .connect();
        RiverDatabase other = RiverDatabase.connect(postgres.url());
        RiverClient client = RiverClient.create(database, config(false, Duration.ofHours(1)));
        RiverClient inserter = RiverClient.create(other, RiverConfig.builder().build())) {
      client.start();
      inserter.insert(KIND, new Empty());
      assertThat(worked.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aUrlNeedsNoPoolForTheEngine() {
    assertThatThrownBy(
            () ->
                RiverDatabase.at(postgres.url()).engineDataSource(postgres.dataSource()).connect())
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID))
        .hasMessageContaining("leave it out");
  }
}
