package dev.gala.test;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.Definition;
import dev.gala.event.EmitOptions;
import dev.gala.event.Headers;
import dev.gala.event.Namespace;
import dev.gala.event.Outcome;
import dev.gala.event.Topic;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** An application: what is paid is booked and told, and parcels are sent. */
class Shop implements GalaTestSetup {
  record OrderPaid(String orderId, long cents) {}

  record OrderBooked(String orderId) {}

  static final Topic<OrderPaid> PAID = Topic.of("shop.order.paid", OrderPaid.class);
  static final Topic<OrderBooked> BOOKED = Topic.of("shop.order.booked", OrderBooked.class);

  static final Namespace MAIL = Namespace.of("mail");
  static final Topic<String> MAILED = Topic.of("mail.sent", String.class).in(MAIL);

  /** How often each listener is still to fail at an order. */
  static final ConcurrentMap<String, Integer> FAILURES = new ConcurrentHashMap<>();

  @Override
  public void configure(GalaConfig.Builder config) {
    config
        .url("postgres://production.example/shop")
        .queueName("shop")
        .maxRetries(3)
        .namespace(MAIL, 1);
  }

  @Override
  public void prepare(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("create table ledger (order_id text primary key, cents bigint)");
    }
  }

  @Override
  public void attach(Gala gala) {
    gala.onTransactional(
        PAID,
        "book",
        (order, ctx, connection) -> {
          insert(connection, order);
          ctx.emit(
              BOOKED,
              new OrderBooked(order.orderId()),
              EmitOptions.of(Headers.builder().tags(List.of("money")).build()));
          failIfAsked("book " + order.orderId());
        });
    gala.on(PAID, "tell", (order, ctx) -> failIfAsked("tell " + order.orderId()));
    gala.register(
        List.of(
            Definition.ofOutcome(
                BOOKED,
                "ship",
                (order, ctx) ->
                    order.orderId().startsWith("lost")
                        ? Outcome.cancel("nobody knows where to")
                        : order.orderId().startsWith("late")
                                && FAILURES.putIfAbsent("ship " + order.orderId(), 0) == null
                            ? Outcome.snooze(Duration.ofHours(1))
                            : Outcome.done())));
  }

  static void failIfAsked(String what) {
    Integer left = FAILURES.computeIfPresent(what, (key, count) -> count - 1);
    if (left != null && left >= 0) {
      throw new IllegalStateException(what + " does not work");
    }
  }

  void insert(Connection connection, OrderPaid order) throws SQLException {
    try (var insert = connection.prepareStatement("insert into ledger values (?, ?)")) {
      insert.setString(1, order.orderId());
      insert.setLong(2, order.cents());
      insert.executeUpdate();
    }
  }
}
