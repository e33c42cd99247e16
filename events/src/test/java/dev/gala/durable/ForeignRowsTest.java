package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.event.Envelope;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows that somebody else wrote. */
class ForeignRowsTest {
  private static final String REQUIRED = "gala: river dispatch job envelope is required: ";
  private static final String UNDECODABLE = "gala: river envelope decode failed: ";

  @RegisterExtension private final Durable durable = new Durable();

  private final BlockingQueue<Envelope> handled = new LinkedBlockingQueue<>();

  static Stream<Arguments> unusable() {
    return Stream.of(
        Arguments.of("{}", REQUIRED),
        Arguments.of("{\"envelope\": null}", REQUIRED),
        Arguments.of("{\"envelope\": \"\"}", REQUIRED),
        Arguments.of("{\"envelope\": 5}", REQUIRED),
        Arguments.of("[\"envelope\"]", REQUIRED),
        Arguments.of("\"envelope\"", REQUIRED),
        Arguments.of("{\"envelope\": \"!!!\"}", UNDECODABLE),
        Arguments.of("{\"envelope\": \"Zg\\n\"}", UNDECODABLE),
        Arguments.of(args("garbage"), UNDECODABLE),
        Arguments.of(args("[]"), UNDECODABLE),
        Arguments.of(args("{\"id\":\"x\"} trailing"), UNDECODABLE),
        Arguments.of(args("{}"), UNDECODABLE),
        Arguments.of(args("{\"id\":\"x\",\"topic\":\"\",\"payload\":1}"), UNDECODABLE),
        Arguments.of(
            args("{\"topic\":\"order.placed\",\"occurred_at\":\"yesterday\"}"), UNDECODABLE),
        Arguments.of(
            args("{\"topic\":\"order.placed\",\"payload\":\"not an order\"}"),
            "gala: payload decode failed: topic order.placed"),
        Arguments.of(
            args("{\"topic\":\"order.placed\",\"payload\":null}"), "gala: payload decode failed: "),
        Arguments.of(args("{\"topic\":\"order.placed\"}"), "gala: envelope payload is required: "));
  }

  /** One worker: it must be free for the next event afterwards. */
  @ParameterizedTest
  @MethodSource("unusable")
  void whatCannotBeUsedFailsTheAttemptAndTheWorkerGoesOn(String args, String error)
      throws Exception {
    Gala gala = working();
    insert(args, "{}");
    durable
        .rows()
        .await(
            "a failure",
            "(select attempt = 1 and state = 'available' and cardinality(errors) = 1"
                + " from river_job)");
    assertThat(durable.rows().value("select errors[1] ->> 'error' from river_job"))
        .startsWith(error)
        .hasSizeGreaterThan(error.length());
    assertThat(durable.rows().value("select errors[1] ->> 'trace' from river_job"))
        .contains("RiverDispatchWorker");

    gala.emit(Order.PLACED, new Order("fine", 1));
    assertThat(Await.next("a good event", handled).payload()).contains("fine");
  }

  @Test
  void anEnvelopeOfALaterReleaseIsHandled() throws Exception {
    Gala gala = working();
    insert(
        args(
            """
            {"later": {"a": [1]}, "id": "any id", "topic": "order.placed",
             "occurred_at": "2020-01-02T03:04:05+02:00", "payload": {"id": "o-1", "amount": 7,
             "more": true}, "context_snapshot": {"values": {"unknown": {"x": 1}},
             "flags": {"f": true}, "later": 1},
             "headers": {"later": "x", "listeners": ["recorder#01M85AEQRY975GKWBHA08EA0YQ"],
             "properties": {"p": "v"}}}
            """),
        "{\"later\": 1}");
    Envelope envelope = Await.next("the event", handled);
    assertThat(envelope.id().value()).isEqualTo("any id");
    assertThat(envelope.unknown()).containsKey("later");
    assertThat(envelope.headers().unknown()).containsEntry("later", "\"x\"");
    durable.rows().awaitState("completed");
    assertThat(durable.rows().value("select attempt::text || (errors is null) from river_job"))
        .isEqualTo("1true");
    gala.stopWorkers();
  }

  @Test
  void aMarkThatIsNoneOfOursFailsTheAttemptNamingIt() throws Exception {
    working();
    insert(
        args("{\"topic\":\"order.placed\",\"payload\":{\"id\":\"o-1\"}}"),
        "{\"gala:listener:recorder\": \"done\"}");
    durable.rows().await("a failure", "(select cardinality(errors) = 1 from river_job)");
    assertThat(durable.rows().value("select errors[1] ->> 'error' from river_job"))
        .contains("metadata key \"gala:listener:recorder\" holds \"done\"");
    assertThat(handled).isEmpty();
  }

  /** They are for another worker; claiming and failing them would burn their attempts. */
  @Test
  void otherKindsInTheSameQueueAreNotTouched() throws Exception {
    Gala gala = working();
    durable
        .rows()
        .execute(
            "insert into river_job (args, kind, max_attempts, queue)"
                + " values ('{}', 'somebody_elses', 25, 'events')");
    gala.emit(Order.PLACED, new Order("fine", 1));
    Await.next("a good event", handled);
    gala.stopWorkers();
    assertThat(
            durable
                .rows()
                .value(
                    "select state::text || attempt from river_job where kind ="
                        + " 'somebody_elses'"))
        .isEqualTo("available0");
  }

  /** A job whose row is gone, or was ended by another hand, while its listener ran. */
  @Test
  void whatBecomesOfTheRowMeanwhileIsRespected() throws Exception {
    Gala gala = durable.gala();
    gala.on(
        Order.PLACED,
        "saboteur",
        (event, context) -> {
          durable.rows().execute(event.id());
          handled.add(context.envelope());
        });
    gala.startWorkers();
    durable.expectWarning("had lost its claim");
    String mine = " where metadata ->> 'n' is null and state = 'running'";
    gala.emit(Order.PLACED, new Order("delete from river_job", 1));
    Await.next("the first", handled);
    gala.emit(
        Order.PLACED,
        new Order("update river_job set state = 'cancelled', finalized_at = now()" + mine, 1));
    Await.next("the second", handled);
    gala.emit(Order.PLACED, new Order("update river_job set attempted_at = now()" + mine, 1));
    Await.next("the third", handled);
    gala.stopWorkers();
    assertThat(durable.rows().column("select state from river_job order by id"))
        .containsExactly("cancelled", "running");
    assertThat(durable.warnings("had lost its claim")).isEqualTo(3);
  }

  private Gala working() {
    Gala gala = durable.gala(durable.config().workerCount(1));
    gala.on(Order.PLACED, "recorder", (event, context) -> handled.add(context.envelope()));
    gala.startWorkers();
    return gala;
  }

  private static String args(String envelope) {
    byte[] bytes = envelope.getBytes(StandardCharsets.UTF_8);
    return "{\"envelope\": \"" + Base64.getEncoder().encodeToString(bytes) + "\"}";
  }

  private void insert(String args, String metadata) throws Exception {
    durable
        .rows()
        .execute(
            "insert into river_job (args, kind, max_attempts, metadata, queue) values"
                + " ('%s', 'gala_dispatch_v1', 25, '%s', 'events')".formatted(args, metadata));
  }
}
