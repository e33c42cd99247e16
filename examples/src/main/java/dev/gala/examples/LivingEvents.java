package dev.gala.examples;

import dev.gala.Gala;
import dev.gala.event.EmitOptions;
import dev.gala.event.Headers;
import dev.gala.event.ListenerId;
import dev.gala.event.LiveEvents;
import dev.gala.event.Topic;
import java.time.Duration;
import java.util.List;

/** Events that have not ended: to count, to delete, to wait for. */
final class LivingEvents {
  record Export(String customer) {}

  static final Topic<Export> EXPORT = Topic.of("shop.export", Export.class);

  private LivingEvents() {}

  static void emit(Gala gala, String customer) {
    gala.emit(
        EXPORT,
        new Export(customer),
        EmitOptions.of(Headers.builder().property("customer", customer).build()));
  }

  /** Deletes what is still to be done for a customer who left. */
  static long forget(Gala gala) throws InterruptedException {
    // snippet: live-events
    LiveEvents ofCustomer = gala.liveEventsWith("{\"properties\": {\"customer\": \"c-1\"}}");
    if (ofCustomer.exist()) {
      return ofCustomer.purge(Duration.ofSeconds(30));
    }
    // end
    return 0;
  }

  /** Takes a listener away for good. */
  static void remove(Gala gala, ListenerId id) throws InterruptedException {
    // snippet: remove-listeners
    gala.removeListeners(List.of(id), Duration.ofSeconds(30));
    // end
  }

  /** Waits until all that is due is done. */
  static void settle(Gala gala) throws InterruptedException {
    // snippet: wait-idle
    if (!gala.waitIdle(Duration.ofMinutes(1))) {
      throw new IllegalStateException("there is still something to do");
    }
    // end
  }
}
