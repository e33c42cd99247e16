package dev.gala.examples;

// snippet: first-listener
import dev.gala.Gala;
import dev.gala.event.HandlerContext;
import dev.gala.event.Topic;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** What is paid is booked, once. */
final class Shop {
  record OrderPaid(String orderId, long cents) {}

  record OrderBooked(String orderId) {}

  static final Topic<OrderPaid> ORDER_PAID = Topic.of("shop.order.paid", OrderPaid.class);
  static final Topic<OrderBooked> ORDER_BOOKED = Topic.of("shop.order.booked", OrderBooked.class);

  private Shop() {}

  /** What the application does when it starts. */
  static void attach(Gala gala) {
    gala.onTransactional(ORDER_PAID, "book", Shop::book);
  }

  /** The payment and the event are there together, or neither is. */
  static void pay(Gala gala, DataSource dataSource, OrderPaid order) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      insert(connection, "insert into payment values (?, ?)", order);
      gala.in(connection).emit(ORDER_PAID, order);
      connection.commit();
    }
  }

  /** The booking, its event and the record that this is done are there together, too. */
  private static void book(OrderPaid order, HandlerContext ctx, Connection connection)
      throws SQLException {
    insert(connection, "insert into ledger values (?, ?)", order);
    ctx.emit(ORDER_BOOKED, new OrderBooked(order.orderId()));
  }

  private static void insert(Connection connection, String sql, OrderPaid order)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, order.orderId());
      statement.setLong(2, order.cents());
      statement.executeUpdate();
    }
  }
}
// end
