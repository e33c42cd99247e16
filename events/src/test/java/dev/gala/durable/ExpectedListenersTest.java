package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.Envelope;
import dev.gala.event.Headers;
import dev.gala.event.UnknownTopics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes that differ in what they attach: a rolling deploy, an emitter alone. */
class ExpectedListenersTest {
  private static final Order ORDER = new Order("o-1", 42);

  @RegisterExtension private final Durable durable = new Durable();

  private final Map<String, Integer> runs = new ConcurrentHashMap<>();

  @Test
  void aRollingDeployRunsEveryListenerOnceAndUsesOneAttempt() throws Exception {
    attached(durable.config(), "a", "b").emit(Order.PLACED, ORDER);

    Gala old = attached(durable.config(), "a");
    old.startWorkers();
    for (int deferrals = 1; deferrals <= 3; deferrals++) {
      awaitDeferrals(deferrals);
      assertThat(rows().value("select attempt::text || (errors is null) from river_job"))
          .isEqualTo("0true");
      if (deferrals < 3) {
        rows().hurry();
      }
    }
    old.stopWorkers();
    assertThat(runs).isEqualTo(Map.of("a", 1));
    assertThat(
            rows()
                .value(
                    "select metadata #>> '{gala:listener:a,state}' || (metadata ??"
                        + " 'gala:listener:b') from river_job"))
        .isEqualTo("succeededfalse");
    assertThat(rows().value("select scheduled_at - now() > interval '2 s' from river_job"))
        .as("the third deferral is of about four seconds")
        .isEqualTo("t");

    attached(durable.config(), "b", "a").startWorkers();
    rows().hurry();
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("a", 1, "b", 1));
    assertThat(rows().value("select attempt::text || (errors is null) from river_job"))
        .isEqualTo("1true");
  }

  @Test
  void afterTheGraceItEndsWithoutTheMissingOneAndSaysSo() throws Exception {
    GalaConfig.Builder impatient = durable.config().missingListenerGrace(Duration.ofMillis(50));
    attached(impatient, "a", "gone", "gone too").emit(Order.PLACED, ORDER);
    durable.expectWarning("ends without listeners [gone, gone too]");
    attached(impatient, "a").startWorkers();
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("a", 1));
    assertThat(durable.warnings("ends without listeners [gone, gone too]")).isEqualTo(1);
    assertThat(rows().value("select attempt::text || (errors is null) from river_job"))
        .isEqualTo("1true");
  }

  /** However late an event comes, a deploy under way has its time: only what was waited counts. */
  @Test
  void anEventThatComesLateIsWaitedForAsLong() throws Exception {
    Gala emitter = durable.gala();
    emitter.register(Order.PLACED);
    Instant longAgo = Instant.now().minus(Duration.ofDays(1));
    emitter.emitEnvelope(
        Envelope.of("order.placed", "{\"id\":\"o-1\",\"amount\":42}", longAgo)
            .withHeaders(Headers.builder().listeners(List.of("gone")).build()));
    durable.expectWarning("ends without listeners [gone]");
    attached(durable.config().missingListenerGrace(Duration.ofHours(1)), "a").startWorkers();
    rows().await("a deferral", "(select (metadata ->> 'gala:deferred')::int >= 1 from river_job)");
    assertThat(
            rows()
                .value(
                    "select (metadata ->> 'gala:waiting_since')::timestamptz > now() - interval '1"
                        + " h' from river_job"))
        .isEqualTo("t");
    rows()
        .execute(
            "update river_job set metadata = metadata || jsonb_build_object('gala:waiting_since',"
                + " to_char(now() at time zone 'UTC' - interval '61 min',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'))");
    rows().hurry();
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("a", 1));
    assertThat(rows().value("select metadata -> 'gala:waiting_since' from river_job"))
        .isEqualTo("null");
  }

  @Test
  void aWorkerThatDoesNotKnowTheTopicPutsItBackForOneThatDoes() throws Exception {
    durable.gala().emit(Order.PLACED, ORDER);
    Gala stranger = durable.gala();
    stranger.startWorkers();
    for (int deferrals = 1; deferrals <= 4; deferrals++) {
      awaitDeferrals(deferrals);
      assertThat(rows().value("select attempt::text || (errors is null) from river_job"))
          .isEqualTo("0true");
      assertThat(rows().value("select state in ('available', 'scheduled') from river_job"))
          .isEqualTo("t");
      rows().hurry();
    }
    stranger.stopWorkers();
    attached(durable.config(), "a").startWorkers();
    rows().hurry();
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("a", 1));
  }

  @Test
  void unknownTopicsFailWhereThatIsAskedFor() throws Exception {
    durable.gala().emit(Order.PLACED, ORDER);
    durable.gala(durable.config().unknownTopics(UnknownTopics.FAIL)).startWorkers();
    rows().await("a failure", "(select cardinality(errors) = 1 from river_job)");
    assertThat(rows().value("select errors[1] ->> 'error' from river_job"))
        .startsWith("gala: topic not registered: ")
        .contains("order.placed");
  }

  /** A topic that is known without a listener, as an emitter's that also works other topics. */
  @Test
  void whereNobodyListensTheEventWaitsForSomebodyWhoDoes() throws Exception {
    Gala emitter = durable.gala();
    emitter.startWorkers();
    emitter.emit(Order.PLACED, ORDER);
    awaitDeferrals(1);
    assertThat(rows().value("select attempt::text || (errors is null) from river_job"))
        .isEqualTo("0true");
    emitter.stopWorkers();
    attached(durable.config(), "a", "b").startWorkers();
    rows().hurry();
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("a", 1, "b", 1));
  }

  @Test
  void listenersNewSinceTheEmitRunToo() throws Exception {
    attached(durable.config(), "a").emit(Order.PLACED, ORDER);
    attached(durable.config(), "a", "new").startWorkers();
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("a", 1, "new", 1));
  }

  /** Later Go releases write so. */
  @Test
  void namesWithAnIdBehindAreTheNames() throws Exception {
    Gala gala = attached(durable.config(), "a", "b");
    gala.emitEnvelope(
        Envelope.of("order.placed", "{\"id\":\"o-1\",\"amount\":42}", Instant.now())
            .withHeaders(
                Headers.builder()
                    .listeners(
                        List.of("a#01M85AEQRY975GKWBHA08EA0YQ", "b#01M85AEQRY975GKWBHA08EA0YR"))
                    .build()));
    gala.startWorkers();
    rows().awaitState("completed");
    assertThat(runs).isEqualTo(Map.of("a", 1, "b", 1));
    assertThat(rows().value("select metadata ->> 'snoozes' is null from river_job")).isEqualTo("t");
  }

  private Gala attached(GalaConfig.Builder config, String... names) {
    Gala gala = durable.gala(config);
    for (String name : names) {
      gala.on(Order.PLACED, name, (event, context) -> runs.merge(name, 1, Integer::sum));
    }
    return gala;
  }

  private Rows rows() {
    return durable.rows();
  }

  private void awaitDeferrals(int count) throws Exception {
    rows()
        .await(
            "deferral " + count,
            "(select state <> 'running' and metadata -> 'gala:deferred' = '%d' from river_job)"
                .formatted(count));
  }
}
