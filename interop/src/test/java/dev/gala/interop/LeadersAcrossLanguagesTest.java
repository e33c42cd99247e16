package dev.gala.interop;

import static dev.gala.interop.peer.Fleet.insert;
import static dev.gala.interop.peer.Fleet.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.interop.peer.Fleet;
import dev.gala.interop.peer.Language;
import dev.gala.interop.peer.Peer;
import dev.gala.interop.peer.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

/** One leader of all clients, whatever they are written in. */
class LeadersAcrossLanguagesTest {
  private static final String LEADER = "select leader_id from river_leader";

  /** Whoever stands for election sends an INSERT, which may insert nothing. */
  private static final String NOTE_ATTEMPTS =
      """
      create table election_attempt (at timestamptz not null);
      create function note_attempt() returns trigger language plpgsql as $$
        begin
          insert into election_attempt values (clock_timestamp());
          return null;
        end
      $$;
      create trigger note_attempt before insert on river_leader
        for each statement execute function note_attempt()
      """;

  /** Between the last two attempts. */
  private static final String LAST_PAUSE =
      """
      select (select max(at) from election_attempt)
        - (select at from election_attempt order by at desc offset 1 limit 1)""";

  @RegisterExtension private final Fleet fleet = new Fleet();

  /** Both directions at once: a term that nobody renews takes its time to end. */
  @Test
  @RiverPoint(82)
  void whoeverLeadsAndIsKilledTheOtherFollows() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Stream.of(Language.values())
          .map(first -> CompletableFuture.runAsync(() -> killed(first), threads))
          .toList()
          .forEach(CompletableFuture::join);
    }
  }

  private static void killed(Language first) {
    try (Tables tables = Tables.create();
        Peer leader = first.start("leader", tables.url());
        Peer sameSide = first.start("same-side", tables.url());
        Peer otherSide = first.other().start("other-side", tables.url())) {
      work(leader, Map.of());
      tables.await(LEADER, "leader");
      work(sameSide, Map.of("leader_election_disabled", true));
      work(otherSide, Map.of());
      leader.kill();
      String expires = tables.value("select expires_at from river_leader");
      tables.await(LEADER, "other-side");
      // Not before the term was over, and then soon.
      assertThat(
              tables.value(
                  "select elected_at >= '%s' and elected_at < '%s'::timestamptz + interval '20 s' from river_leader"
                      .formatted(expires, expires)))
          .as("elected_at against " + expires)
          .isEqualTo("t");
    }
  }

  @ParameterizedTest
  @EnumSource
  @RiverPoint(83)
  void whoeverStopsTellsTheOther(Language first) throws SQLException {
    Peer leader = fleet.start(first);
    Peer follower = fleet.start(first.other());
    work(leader, Map.of());
    fleet.tables().await(LEADER, leader.name());
    fleet.tables().execute(NOTE_ATTEMPTS);
    work(follower, Map.of("tuning", Map.of("elect_interval_ms", 600_000)));
    fleet.tables().await("select count(*) > 0 from election_attempt", "t");
    try (Connection connection = fleet.tables().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("listen \"public.river_leadership\"");
      leader.call("stop");
      fleet.tables().await(LEADER, follower.name());
      // One that is told nothing lets so much time pass between two attempts, however slow all is:
      // in Java ten minutes, in Go, where nothing sets it, 5 s.
      String untold = first == Language.GO ? "600 s" : "5 s";
      assertThat(fleet.tables().value(LAST_PAUSE + " < interval '" + untold + "'"))
          .as(fleet.tables().value(LAST_PAUSE) + " between its last two attempts")
          .isEqualTo("t");
      assertThat(connection.unwrap(PGConnection.class).getNotifications(10_000)[0].getParameter())
          .isEqualToIgnoringWhitespace(
              "{\"leader_id\" : \"%s\", \"action\" : \"resigned\"}".formatted(leader.name()));
    }
  }

  @ParameterizedTest
  @EnumSource
  @RiverPoint(84)
  void theLeaderResignsWhenTheOtherAsks(Language first) {
    Peer leader = fleet.start(first);
    Peer follower = fleet.start(first.other());
    work(leader, Map.of());
    fleet.tables().await(LEADER, leader.name());
    work(follower, Map.of());
    for (int i = 0; i < 3; i++) {
      String term = fleet.tables().value("select elected_at from river_leader");
      follower.call("request_resign");
      fleet.tables().await("select elected_at > '" + term + "' from river_leader", "t");
      assertThat(fleet.tables().value(LEADER)).isIn(leader.name(), follower.name());
    }
  }

  @ParameterizedTest
  @EnumSource
  @RiverPoint(94)
  void oneThatMayNotLeadWorksOnly(Language first) {
    Peer never = fleet.start(first);
    work(never, Map.of("leader_election_disabled", true, "fetch_poll_interval_ms", 100));
    long due =
        insert(
                never,
                Map.of(
                    "behavior",
                    "",
                    "duration_ms",
                    0,
                    "message",
                    "",
                    "opts",
                    Map.of("scheduled_at", "2026-01-01T00:00:00Z")))
            .path("id")
            .longValue();
    fleet.tables().awaitState(insert(never, "", ""), "completed");
    assertThat(fleet.tables().value("select count(*) from river_leader")).isEqualTo("0");
    Peer other = fleet.start(first.other());
    // It works nothing that there is, but leads: what is due becomes available.
    work(other, Map.of("queues", List.of("nothing")));
    fleet.tables().awaitState(due, "completed");
    assertThat(fleet.tables().value(LEADER)).isEqualTo(other.name());
    assertThat(fleet.tables().value("select distinct attempted_by[1] from river_job"))
        .isEqualTo(never.name());
  }

  @Test
  @RiverPoint({92, 93})
  void periodicJobsHaveOneRowForEachPeriodWhoeverLeads() {
    Peer go = fleet.start(Language.GO);
    Peer java = fleet.start(Language.JAVA);
    var periodic =
        Map.of("periodic_unique", true, "periodic_run_on_start", true, "periodic_every_ms", 1_000);
    work(go, periodic);
    awaitMore();
    work(java, periodic);
    for (Peer leading : List.of(go, java, go)) {
      assertThat(fleet.tables().value(LEADER)).isEqualTo(leading.name());
      awaitMore();
      Peer other = leading == go ? java : go;
      leading.call("stop");
      fleet.tables().await(LEADER, other.name());
      awaitMore();
      work(leading, periodic);
    }
    String ours =
        " from river_job where metadata ->> 'river:periodic_job_id' = 'conformance-periodic'";
    assertThat(
            fleet
                .tables()
                .column(
                    "select date_bin('1 s', scheduled_at, timestamptz '2000-01-01Z')::text"
                        + ours
                        + " group by 1 having count(*) > 1"))
        .isEmpty();
    assertThat(
            fleet
                .tables()
                .column("select distinct kind || (metadata ->> 'periodic') || args::text" + ours))
        .containsExactly(
            "conformance_echotrue{\"message\": \"conformance-periodic\", \"behavior\": \"\","
                + " \"duration_ms\": 0}");
    // Both insert the slots of the same row of times.
    assertThat(
            fleet
                .tables()
                .value(
                    "select count(distinct date_trunc('second', scheduled_at)) >= 12"
                        + ours
                        + " and scheduled_at = date_trunc('second', scheduled_at)"))
        .isEqualTo("t");
  }

  private void awaitMore() {
    String count =
        "select count(*) from river_job where metadata ->> 'river:periodic_job_id' ="
            + " 'conformance-periodic'";
    int before = Integer.parseInt(fleet.tables().value(count));
    fleet.tables().await("select (" + count + ") >= " + (before + 3), "t");
  }
}
