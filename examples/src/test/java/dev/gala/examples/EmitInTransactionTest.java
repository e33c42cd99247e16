package dev.gala.examples;

import static dev.gala.examples.EmitInTransaction.ORDER_PLACED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.event.EmitReceipt;
import dev.gala.test.GalaTest;
import dev.gala.test.TestGala;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

@GalaTest
class EmitInTransactionTest {
  @Test
  void theEventIsHandledOnceTheOrderIsCommitted(Gala gala, TestGala test) throws Exception {
    try (Connection connection = test.openConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table shop_order (id text primary key)");
    }
    gala.on(ORDER_PLACED, "confirm", (event, ctx) -> {});
    EmitReceipt receipt = EmitInTransaction.place(gala, test.dataSource(), "o-1");
    assertThat(receipt.jobId()).isNotNull();
    test.drain().hasCount(1);
    test.listener(ORDER_PLACED, "confirm").of(receipt.eventId()).succeeded();
  }
}
