package dev.gala.examples;

import static dev.gala.examples.ExactlyOnce.ORDER_BOOKED;
import static dev.gala.examples.ExactlyOnce.ORDER_PAID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.test.GalaTest;
import dev.gala.test.TestGala;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

@GalaTest
class ExactlyOnceTest {
  @Test
  void theBookingAndItsEventAreThereTogether(Gala gala, TestGala test) throws Exception {
    ExactlyOnce.attach(gala);
    gala.on(ORDER_BOOKED, "tell", (event, ctx) -> {});
    try (Connection connection = test.openConnection();
        Statement statement = connection.createStatement()) {
      gala.emit(ORDER_PAID, new ExactlyOnce.OrderPaid("o-1", 990));
      test.drain();
      test.listener(ORDER_PAID, "book").failed().failedWith("\"ledger\" does not exist");
      test.emitted(ORDER_BOOKED).hasNone();

      statement.execute("create table ledger (order_id text, cents bigint)");
      test.advanceToNext();
      test.drain().hasCount(2).allCompleted();
      test.listener(ORDER_BOOKED, "tell").succeeded(1);
      try (ResultSet rows = statement.executeQuery("select count(*), sum(cents) from ledger")) {
        rows.next();
        assertThat(rows.getInt(1)).isEqualTo(1);
        assertThat(rows.getInt(2)).isEqualTo(990);
      }
    }
  }
}
