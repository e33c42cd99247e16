package dev.gala.examples;

import dev.gala.Gala;
import dev.gala.event.Topic;

/** A listener whose effects happen exactly once. */
final class ExactlyOnce {
  record OrderPaid(String orderId, long cents) {}

  record OrderBooked(String orderId) {}

  static final Topic<OrderPaid> ORDER_PAID = Topic.of("shop.order.paid", OrderPaid.class);
  static final Topic<OrderBooked> ORDER_BOOKED = Topic.of("shop.order.booked", OrderBooked.class);

  private ExactlyOnce() {}

  static void attach(Gala gala) {
    // snippet: exactly-once
    gala.onTransactional(
        ORDER_PAID,
        "book",
        (order, ctx, connection) -> {
          try (var insert = connection.prepareStatement("insert into ledger values (?, ?)")) {
            insert.setString(1, order.orderId());
            insert.setLong(2, order.cents());
            insert.executeUpdate();
          }
          ctx.emit(ORDER_BOOKED, new OrderBooked(order.orderId()));
        });
    // end
  }
}
