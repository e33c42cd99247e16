package dev.gala.internal.dispatch;

import dev.gala.event.Definition;
import java.time.Duration;

/**
 * A listener and what it will be told.
 *
 * @param definition the listener
 * @param context what its handler sees
 * @param timeout how long it may take; zero means no limit
 */
record Turn(Definition<Object> definition, ListenerContext context, Duration timeout) {
  String name() {
    return definition.name();
  }

  boolean isTransactional() {
    return definition.work() instanceof Definition.Transactional;
  }
}
