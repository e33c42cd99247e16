package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.event.Envelope;
import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A runtime that is part of somebody's River client, beside workers of its own. */
class OtherClientTest {
  @RegisterExtension private final Durable durable = new Durable();

  private final BlockingQueue<Envelope> handled = new LinkedBlockingQueue<>();

  @Test
  void itsEventsAreWorkedOnAnotherRiverClient() throws Exception {
    Gala gala = durable.gala();
    gala.on(Order.PLACED, "good", (event, context) -> handled.add(context.envelope()));
    gala.on(
        Order.PLACED,
        "bad",
        (event, context) -> {
          if (context.attempt() == 1) {
            throw new IllegalStateException("the first time");
          }
        });
    RiverDatabase database = durable.closing(RiverDatabase.at(durable.database().url()).connect());
    RiverClient client =
        durable.closing(
            RiverClient.create(
                database,
                RiverConfig.builder()
                    .queue("events", 2)
                    .fetchCooldown(Duration.ofMillis(10))
                    .fetchPollInterval(Duration.ofMillis(200))
                    .worker(RiverDispatchArgs.JOB_TYPE, gala.dispatchWorker())
                    .build()));
    client.start();
    var receipt = gala.emit(Order.PLACED, new Order("o-1", 1));
    assertThat(Await.next("the event", handled).id()).isEqualTo(receipt.eventId());
    durable
        .rows()
        .await(
            "a failure", "(select cardinality(errors) = 1 and state <> 'running' from river_job)");
    durable.rows().hurry();
    durable.rows().awaitState("completed");
    assertThat(handled).as("what succeeded is marked there too").isEmpty();
  }
}
