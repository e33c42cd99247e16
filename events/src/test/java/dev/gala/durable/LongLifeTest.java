package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.Definition;
import dev.gala.event.EmitOptions;
import dev.gala.event.Envelope;
import dev.gala.event.Headers;
import dev.gala.event.Renames;
import dev.gala.event.Topic;
import dev.gala.event.UnknownTopics;
import dev.gala.event.Versions;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events that were stored by an older or a newer release than the one that handles them. */
class LongLifeTest {
  record Paid(String order, int amount) {}

  record Payment(String order, long cents, String currency) {}

  private static final Topic<Paid> PAID = Topic.of("paid", Paid.class);
  private static final Topic<Payment> PAYMENT =
      Topic.of(
          "paid",
          Versions.of(Paid.class)
              .then(Payment.class, paid -> new Payment(paid.order(), paid.amount() * 100L, "EUR")));

  record Change(String id, String operation) {}

  private static final Topic<Change> CHANGES = Topic.of("changes", Change.class);

  @RegisterExtension private final Durable durable = new Durable();

  private final BlockingQueue<Object> handled = new LinkedBlockingQueue<>();
  private final BlockingQueue<Envelope> envelopes = new LinkedBlockingQueue<>();

  @Test
  void eventsUnderAnOldNameAreHandledUnderTheNewOne() throws Exception {
    Gala old = durable.gala();
    old.on(Topic.of("order.created", Order.class), "mail", (event, context) -> {});
    old.emit(Topic.of("order.created", Order.class), new Order("o-1", 1));
    old.emit(Topic.of("order.placed_v0", Order.class), new Order("o-0", 0));
    Gala newer =
        durable.gala(
            durable
                .config()
                .renames(
                    Renames.none()
                        .topic("order.placed_v0", "order.created")
                        .topic("order.created", "order.placed")));
    newer.on(
        Order.PLACED,
        "mail",
        (event, context) -> {
          handled.add(event);
          envelopes.add(context.envelope());
        });
    newer.startWorkers();
    assertThat(List.of(Await.next("one", handled), Await.next("another", handled)))
        .containsExactlyInAnyOrder(new Order("o-1", 1), new Order("o-0", 0));
    awaitCompleted(2);
    assertThat(rows().jobs("attempt = 1 and errors is null")).isEqualTo(2);
    assertThat(envelopes).extracting(Envelope::topic).containsOnly("order.placed");
    assertThat(rows().column("select metadata ->> 'topic' from river_job order by id"))
        .as("nothing stored is changed")
        .containsExactly("order.created", "order.placed_v0");
  }

  @Test
  void operationsUnderAnOldNameAreHandledUnderTheNewOne() throws Exception {
    durable.gala().emit(CHANGES, new Change("7", "DELETE"));
    Gala newer =
        durable.gala(durable.config().renames(Renames.none().operation("DELETE", "REMOVE")));
    newer.register(
        List.of(
            Definition.builder(CHANGES, "removals")
                .operations("REMOVE")
                .handler((event, context) -> handled.add(event))
                .build()));
    newer.startWorkers();
    assertThat(Await.next("the change", handled)).isEqualTo(new Change("7", "REMOVE"));
    awaitCompleted(1);
  }

  @Test
  void payloadsOfAnOlderFormAreLifted() throws Exception {
    durable.gala().emit(PAID, new Paid("o-1", 7));
    Gala newer = lifting(durable.config());
    newer.emit(PAYMENT, new Payment("o-2", 1, "CHF"));
    newer.startWorkers();
    assertThat(List.of(Await.next("one", handled), Await.next("another", handled)))
        .containsExactlyInAnyOrder(new Payment("o-1", 700, "EUR"), new Payment("o-2", 1, "CHF"));
    awaitCompleted(2);
    assertThat(
            rows()
                .column(
                    "select metadata #>> '{properties,gala:payload_version}' from river_job"
                        + " order by id"))
        .containsExactly(null, "2");
  }

  /** As between the two releases of a rolling deploy: the old one leaves it to the new one. */
  @Test
  void aPayloadOfANewerFormIsPutBackUnused() throws Exception {
    Gala newer = lifting(durable.config());
    newer.emit(PAYMENT, new Payment("o-2", 1, "CHF"));
    Gala old = durable.gala();
    old.on(PAID, "book", (event, context) -> handled.add(event));
    old.startWorkers();
    rows()
        .await(
            "a deferral",
            "(select state <> 'running' and metadata ->> 'gala:deferred' = '1' from river_job)");
    assertThat(rows().value("select attempt::text || (errors is null) from river_job"))
        .isEqualTo("0true");
    old.stopWorkers();
    newer.startWorkers();
    rows().hurry();
    assertThat(Await.next("the payment", handled)).isEqualTo(new Payment("o-2", 1, "CHF"));
    awaitCompleted(1);
    assertThat(rows().value("select attempt::text || (errors is null) from river_job"))
        .isEqualTo("1true");
  }

  @Test
  void aPayloadOfANewerFormFailsWhereThatIsAskedFor() throws Exception {
    lifting(durable.config()).emit(PAYMENT, new Payment("o-2", 1, "CHF"));
    Gala old = durable.gala(durable.config().unknownTopics(UnknownTopics.FAIL));
    old.on(PAID, "book", (event, context) -> handled.add(event));
    old.startWorkers();
    rows().await("a failure", "(select cardinality(errors) = 1 from river_job)");
    assertThat(rows().value("select errors[1] ->> 'error' from river_job"))
        .startsWith("gala: payload decode failed: ")
        .contains("a payload of version 2, and this process reads 1");
    assertThat(handled).isEmpty();
  }

  /** Only who gives encoded bytes knows their form; headers of another event do not say it. */
  @Test
  void encodedBytesMayBeOfAnOlderForm() throws Exception {
    Gala gala = lifting(durable.config());
    byte[] old = "{\"order\":\"o-1\",\"amount\":7}".getBytes(StandardCharsets.UTF_8);
    byte[] now = "{\"order\":\"o-3\",\"cents\":3}".getBytes(StandardCharsets.UTF_8);
    Headers first = Headers.builder().property(Versions.PROPERTY, "1").build();
    gala.emit(PAYMENT, null, EmitOptions.of(first).toBuilder().rawPayload(old).build());
    gala.emit(PAYMENT, null, EmitOptions.builder().rawPayload(now).build());
    gala.emit(PAYMENT, new Payment("o-2", 1, "CHF"), EmitOptions.of(first));
    Headers second = Headers.builder().property(Versions.PROPERTY, "2").build();
    gala.emit(Order.PLACED, new Order("o-4", 4), EmitOptions.of(second));
    gala.emitEnvelope(Envelope.of("paid", "{\"order\":\"o-5\",\"amount\":5}", Instant.now()));
    assertThat(
            rows()
                .column(
                    "select metadata #>> '{properties,gala:payload_version}' from river_job"
                        + " order by id"))
        .containsExactly("1", "2", "2", null, null);
    gala.on(Order.PLACED, "orders", (event, context) -> {});
    gala.startWorkers();
    awaitCompleted(5);
    assertThat(handled)
        .containsExactlyInAnyOrder(
            new Payment("o-1", 700, "EUR"),
            new Payment("o-3", 3, null),
            new Payment("o-2", 1, "CHF"),
            new Payment("o-5", 500, "EUR"));
  }

  private Gala lifting(GalaConfig.Builder config) {
    Gala gala = durable.gala(config);
    gala.on(PAYMENT, "book", (event, context) -> handled.add(event));
    return gala;
  }

  private void awaitCompleted(int count) throws Exception {
    rows()
        .await(
            count + " completed",
            "(select count(*) = %d from river_job where state = 'completed')".formatted(count));
  }

  private Rows rows() {
    return durable.rows();
  }
}
