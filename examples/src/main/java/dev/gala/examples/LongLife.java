package dev.gala.examples;

import dev.gala.GalaConfig;
import dev.gala.event.Renames;
import dev.gala.event.Topic;
import dev.gala.event.Versions;

/** A topic whose payload and name were others before. */
final class LongLife {
  // snippet: versions
  record PaidV1(String order, int amount) {}

  record PaidV2(String order, long cents) {}

  record Paid(String order, long cents, String currency) {}

  static final Topic<Paid> PAID =
      Topic.of(
          "shop.paid",
          Versions.of(PaidV1.class)
              .then(PaidV2.class, v1 -> new PaidV2(v1.order(), v1.amount() * 100L))
              .then(Paid.class, v2 -> new Paid(v2.order(), v2.cents(), "EUR")));

  // end

  private LongLife() {}

  // snippet: renames
  static GalaConfig.Builder config() {
    return GalaConfig.builder()
        .renames(
            Renames.none().topic("shop.order_paid", "shop.paid").operation("DELETE", "REMOVE"));
  }
  // end
}
