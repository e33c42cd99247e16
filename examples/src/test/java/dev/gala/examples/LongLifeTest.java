package dev.gala.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.event.DispatchMode;
import dev.gala.event.Topic;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LongLifeTest {
  @Test
  void anEventOfTheFirstReleaseIsHandledByThisOne() throws Exception {
    var config = LongLife.config().dispatchMode(DispatchMode.IN_MEMORY).build();
    try (Gala gala = Gala.create(config)) {
      var paid = new CompletableFuture<LongLife.Paid>();
      gala.on(LongLife.PAID, "book", (event, ctx) -> paid.complete(event));
      gala.emit(Topic.of("shop.order_paid", LongLife.PaidV1.class), new LongLife.PaidV1("o-1", 7));
      assertThat(paid.get(30, TimeUnit.SECONDS)).isEqualTo(new LongLife.Paid("o-1", 700, "EUR"));
    }
  }
}
