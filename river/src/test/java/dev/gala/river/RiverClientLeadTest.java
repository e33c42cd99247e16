package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.TextJob;
import dev.gala.river.job.HeartbeatConfig;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobState;
import dev.gala.river.job.MaintenanceConfig;
import dev.gala.river.job.Tx;
import dev.gala.river.worker.Outcome;
import java.sql.Connection;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class RiverClientLeadTest {
  private static final String REQUEST = "{\"action\":\"request_resign\",\"leader_id\":\"\"}";

  private final FakeDriver driver = new FakeDriver();

  private RiverClient client(String id, boolean pollOnly, boolean leaderElection) {
    RiverConfig config =
        RiverConfig.builder()
            .id(id)
            .queue("default", 2)
            .worker(TextJob.of("k"), context -> Outcome.done())
            .pollOnly(pollOnly)
            // The name is the whole id then.
            .heartbeat(HeartbeatConfig.disabled())
            .maintenance(MaintenanceConfig.builder().leaderElection(leaderElection).build())
            .build();
    return RiverClient.create(driver.database(), config);
  }

  private long addDue() {
    return driver.add("k", "{}", InsertOptions.builder().scheduledAt(Instant.EPOCH).build());
  }

  @Test
  @RiverPoint(82)
  void aStartedClientLeadsAndMovesDueJobs() {
    long id = addDue();
    try (RiverClient client = client("a", false, true)) {
      client.start();
      driver.leadership().awaitLeader("a");
      driver.awaitState(id, JobState.COMPLETED);
    }
    assertThat(driver.leadership().row()).isNull();
  }

  @Test
  @RiverPoint(83)
  void aFollowerTakesOverFromOneThatStops() {
    try (RiverClient a = client("a", false, true);
        RiverClient b = client("b", false, true)) {
      a.start();
      driver.leadership().awaitLeader("a");
      Gate asked = driver.faults().blockAfter(Call.LEADER_ELECT);
      b.start();
      asked.awaitEntered();
      asked.open();
      a.stop();
      driver.leadership().awaitLeader("b");
      // By the notification: a follower that only asks now and then would have asked once more.
      assertThat(driver.faults().count(Call.LEADER_ELECT)).isEqualTo(3);
    }
  }

  @Test
  @RiverPoint(84)
  void aRequestToResignIsSentInTheCallersTransaction() {
    Connection connection = driver.connect();
    try (RiverClient client = client("a", false, true)) {
      client.requestResign(Tx.own());
      assertThat(driver.notified(NotificationTopic.LEADERSHIP)).containsExactly(REQUEST);
      client.requestResign(Tx.on(connection));
      driver.rollback(connection);
      client.requestResign(Tx.on(connection));
      assertThat(driver.notified(NotificationTopic.LEADERSHIP)).hasSize(1);
      driver.commit(connection);
      assertThat(driver.notified(NotificationTopic.LEADERSHIP)).containsExactly(REQUEST, REQUEST);
    }
  }

  @Test
  @RiverPoint(84)
  void theLeaderHearsTheRequest() {
    try (RiverClient a = client("a", false, true)) {
      a.start();
      Instant before = driver.leadership().awaitLeader("a").electedAt();
      a.requestResign(Tx.own());
      Await.until(
          "another term",
          () ->
              Optional.ofNullable(driver.leadership().row())
                  .filter(row -> row.electedAt().isAfter(before))
                  .isPresent());
      assertThat(driver.faults().count(Call.LEADER_RESIGN)).isEqualTo(1);
    }
  }

  @Test
  @RiverPoint(94)
  void aClientOutOfElectionsNeverLeads() {
    long due = addDue();
    long available = driver.add("k", "{}");
    try (RiverClient client = client("a", false, false)) {
      client.start();
      driver.awaitState(available, JobState.COMPLETED);
      driver.notifyRaw(
          NotificationTopic.LEADERSHIP, "{\"leader_id\":\"x\",\"action\":\"resigned\"}");
      client.requestResign(Tx.own());
      long another = driver.add("k", "{}");
      client.insert(TextJob.of("k"), "{}");
      driver.awaitState(another, JobState.COMPLETED);
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .doesNotContain("gala-elector", "gala-trust", "gala-scheduler");
    }
    assertThat(driver.faults().count(Call.LEADER_ELECT)).isZero();
    assertThat(driver.leadership().row()).isNull();
    assertThat(driver.row(due).state()).isEqualTo(JobState.SCHEDULED);
  }

  @Test
  void aClientThatOnlyPollsLeadsToo() {
    try (RiverClient a = client("a", true, true)) {
      a.start();
      driver.leadership().awaitLeader("a");
    }
    Await.until("the row to go", () -> driver.leadership().row() == null);
  }
}
