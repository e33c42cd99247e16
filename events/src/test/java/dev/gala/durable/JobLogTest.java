package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.river.spi.AttemptLines;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What logging frameworks hand over on a handler's thread is kept with the event's job. */
class JobLogTest {
  @RegisterExtension private final Durable durable = new Durable();

  @Test
  void whatListenersLogIsKeptWithTheJob() throws Exception {
    Gala gala = durable.gala();
    gala.on(
        Order.PLACED,
        "first",
        (event, context) -> {
          AttemptLines.keep(() -> "first");
          var done = new CountDownLatch(1);
          context
              .executor()
              .execute(
                  () -> {
                    AttemptLines.keep(() -> "part of first");
                    done.countDown();
                  });
          Await.latch("the part", done);
        });
    gala.on(Order.PLACED, "second", (event, context) -> AttemptLines.keep(() -> "second"));
    gala.startWorkers();
    gala.emit(Order.PLACED, new Order("1", 1));
    durable.rows().awaitState("completed");
    assertThat(durable.rows().value("select metadata->'river:log'->0->>'log' from river_job"))
        .isEqualTo("first\npart of first\nsecond\n");
  }
}
