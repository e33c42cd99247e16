package dev.gala.examples;

import dev.gala.Gala;
import dev.gala.event.Definition;
import dev.gala.event.Loop;
import dev.gala.event.Topic;
import dev.gala.schedule.Schedule;
import dev.gala.schedule.ScheduleState;
import java.util.List;
import java.util.stream.Stream;

/** Work that keeps itself going, more often where there is more to do. */
final class AdaptiveLoop {
  /** What the loops are about. */
  interface Customers {
    /** The customers there are. */
    Stream<String> ids();

    /** Fetches what changed, and says how much that was. */
    int fetchChanges(String customer) throws Exception;
  }

  // snippet: loop-payload
  record Sync(String customer, ScheduleState schedule) {
    static Sync first(String customer) {
      return new Sync(customer, ScheduleState.initial());
    }

    Sync at(ScheduleState schedule) {
      return new Sync(customer, schedule);
    }
  }

  static final Topic<Sync> SYNC =
      Topic.of("crm.customer.sync", Sync.class).uniqueBy(sync -> "sync:" + sync.customer());

  // end

  private AdaptiveLoop() {}

  static void attach(Gala gala, Customers customers) {
    // snippet: loop
    Loop<Sync> loop =
        Loop.of(
                Schedule.defaults(),
                Sync::schedule,
                Sync::at,
                (sync, ctx) -> customers.fetchChanges(sync.customer()))
            .seededBy(() -> customers.ids().map(Sync::first).toList());
    gala.register(List.of(Definition.ofLoop(SYNC, "sync", loop)));
    // end
  }
}
