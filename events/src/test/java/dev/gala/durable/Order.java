package dev.gala.durable;

import dev.gala.event.Topic;

/** The payload of most tests. */
public record Order(String id, int amount) {
  /** The topic of most tests. */
  public static final Topic<Order> PLACED = Topic.of("order.placed", Order.class);
}
