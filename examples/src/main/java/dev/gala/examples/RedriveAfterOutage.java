package dev.gala.examples;

import dev.gala.Gala;
import dev.gala.event.EventId;
import dev.gala.stored.Redrive;
import dev.gala.stored.RedriveReport;
import dev.gala.stored.StoredEvent;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events that failed are looked at, and handled again. */
final class RedriveAfterOutage {
  private static final Logger LOG = LoggerFactory.getLogger(RedriveAfterOutage.class);

  private RedriveAfterOutage() {}

  static RedriveReport redrive(Gala gala, Instant from, Instant to) {
    // snippet: redrive
    RedriveReport report =
        gala.events()
            .redrive(
                Redrive.builder()
                    .topic("shop.order.paid")
                    .listener("send-receipt")
                    .since(from)
                    .until(to)
                    .build());
    LOG.info("{} of {} events are handled again", report.redriven(), report.matched());
    // end
    return report;
  }

  static void show(Gala gala, EventId id) {
    // snippet: show
    for (StoredEvent event : gala.events().show(id)) {
      LOG.info("{} is {}: {}", event.id(), event.state(), event.listeners());
    }
    // end
  }
}
