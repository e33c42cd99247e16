package dev.gala.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.EventId;
import dev.gala.test.postgres.TestDatabase;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RedriveAfterOutageTest {
  @Test
  void whatFailedIsHandledAgain() throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      GalaConfig config =
          GalaConfig.builder().url(database.url()).runMigrations(true).maxRetries(1).build();
      var down = new AtomicBoolean(true);
      var failed = new CountDownLatch(1);
      var sent = new CountDownLatch(1);
      try (Gala gala = Gala.create(config)) {
        gala.on(
            ExactlyOnce.ORDER_PAID,
            "send-receipt",
            (event, ctx) -> {
              if (down.get()) {
                failed.countDown();
                throw new IllegalStateException("the mail server is down");
              }
              sent.countDown();
            });
        gala.startWorkers();
        Instant from = Instant.now().minusSeconds(60);
        EventId id =
            gala.emit(ExactlyOnce.ORDER_PAID, new ExactlyOnce.OrderPaid("o-1", 990)).eventId();
        assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
        gala.stopWorkers();
        down.set(false);

        RedriveAfterOutage.show(gala, id);
        Instant to = Instant.now().plusSeconds(60);
        assertThat(RedriveAfterOutage.redrive(gala, from, to).redriven()).isEqualTo(1);
        gala.startWorkers();
        assertThat(sent.await(30, TimeUnit.SECONDS)).isTrue();
      }
    }
  }
}
