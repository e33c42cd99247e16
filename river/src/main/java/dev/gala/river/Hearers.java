package dev.gala.river;

import dev.gala.river.internal.lead.Elector;
import dev.gala.river.internal.notify.ControlMessage;
import dev.gala.river.internal.notify.LeadershipMessage;
import dev.gala.river.internal.notify.Notifier;
import dev.gala.river.internal.produce.Producers;
import org.jspecify.annotations.Nullable;

/**
 * Who is told what the notifier hears.
 *
 * @param producers of jobs and queues
 * @param elector of leaders; null if the client stands for no election
 */
record Hearers(Producers producers, @Nullable Elector elector) implements Notifier.Audience {
  @Override
  public void queueHasWork(String queue) {
    producers.queueHasWork(queue);
  }

  @Override
  public void told(ControlMessage message) {
    producers.told(message);
  }

  @Override
  public void told(LeadershipMessage message) {
    if (elector != null) {
      elector.told(message);
    }
  }

  @Override
  public void anythingMayHaveHappened() {
    producers.anythingMayHaveHappened();
  }
}
