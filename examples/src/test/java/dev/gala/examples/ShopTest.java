package dev.gala.examples;

// snippet: first-test
import static dev.gala.examples.Shop.ORDER_BOOKED;
import static dev.gala.examples.Shop.ORDER_PAID;

import dev.gala.Gala;
import dev.gala.examples.Shop.OrderBooked;
import dev.gala.examples.Shop.OrderPaid;
import dev.gala.test.GalaTest;
import dev.gala.test.GalaTestSetup;
import dev.gala.test.TestGala;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

@GalaTest(setup = ShopTest.Setup.class)
class ShopTest {
  static class Setup implements GalaTestSetup {
    @Override
    public void prepare(Connection connection) throws SQLException {
      execute(connection, "create table payment (order_id text primary key, cents bigint)");
      execute(connection, "create table ledger (order_id text primary key, cents bigint)");
    }

    @Override
    public void attach(Gala gala) {
      Shop.attach(gala);
    }
  }

  @Test
  void whatIsPaidIsBooked(Gala gala, TestGala test) throws SQLException {
    Shop.pay(gala, test.dataSource(), new OrderPaid("o-1", 990));
    test.drain();

    test.listener(ORDER_PAID, "book").succeeded();
    test.emitted(ORDER_BOOKED).withPayload(new OrderBooked("o-1")).hasCount(1);
  }

  @Test
  void whatCannotBeBookedIsTriedAgain(Gala gala, TestGala test) throws SQLException {
    try (Connection connection = test.openConnection()) {
      execute(connection, "insert into ledger values ('o-1', 0)");
      Shop.pay(gala, test.dataSource(), new OrderPaid("o-1", 990));
      test.drain();
      test.listener(ORDER_PAID, "book").failed().failedWith("duplicate key");
      test.emitted(ORDER_BOOKED).hasNone();

      execute(connection, "delete from ledger");
      test.advanceToNext();
      test.drain();
      test.listener(ORDER_PAID, "book").succeeded();
      test.emitted(ORDER_BOOKED).hasCount(1);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
// end
