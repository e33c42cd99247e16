package dev.gala.examples;

import dev.gala.Gala;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Topic;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** An event that exists if and only if the caller's transaction commits. */
final class EmitInTransaction {
  record OrderPlaced(String orderId) {}

  static final Topic<OrderPlaced> ORDER_PLACED = Topic.of("shop.order.placed", OrderPlaced.class);

  private EmitInTransaction() {}

  // snippet: transaction
  static EmitReceipt place(Gala gala, DataSource dataSource, String orderId) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      insertOrder(connection, orderId);
      EmitReceipt receipt = gala.in(connection).emit(ORDER_PLACED, new OrderPlaced(orderId));
      connection.commit();
      return receipt;
    }
  }

  // end

  private static void insertOrder(Connection connection, String orderId) throws SQLException {
    try (var statement = connection.prepareStatement("insert into shop_order (id) values (?)")) {
      statement.setString(1, orderId);
      statement.executeUpdate();
    }
  }
}
