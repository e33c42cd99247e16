package dev.gala.river.engine;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.LoggerFactory;

/** Counts what the engine warns of. */
final class Warnings extends AppenderBase<ILoggingEvent> {
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

  /** Begins to count. */
  void begin() {
    start();
    engine().addAppender(this);
  }

  /** Ends that. */
  void end() {
    engine().detachAppender(this);
    stop();
  }

  /** How many there were. */
  int count() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
      counts.merge(event.getThreadName() + ": " + event.getMessage(), 1, Integer::sum);
    }
  }

  @Override
  public String toString() {
    return new TreeMap<>(counts).toString();
  }

  private static Logger engine() {
    return (Logger) LoggerFactory.getLogger("dev.gala");
  }
}
