package dev.gala.river.logback;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import dev.gala.river.spi.AttemptLines;

/**
 * Keeps the lines that are logged while a thread works an attempt with the attempt's job, under
 * {@code river:log}; passes over all others. They are kept when the attempt ends, up to 2 MiB for
 * an attempt and 8 MiB for a job. What levels are kept is the matter of the loggers and filters.
 *
 * <p>It goes by the thread that calls it: behind an {@code AsyncAppender} it keeps nothing. Lines
 * of {@code WorkContext.logger()} are kept by the engine, with it and without, and once.
 */
public final class AttemptAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
  /** The lines of the engine's own logger, with the last part of the logger's name. */
  static final String USUAL_PATTERN =
      "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSX\", UTC} %level %logger{0}: %msg%n";

  private final PatternLayout layout = new PatternLayout();

  /** An appender with the usual pattern. */
  public AttemptAppender() {
    layout.setPattern(USUAL_PATTERN);
  }

  /** The lines' form, as Logback's {@code PatternLayout} takes it. */
  public void setPattern(String pattern) {
    layout.setPattern(pattern);
  }

  /** Starts, unless the pattern is not usable; Logback's status then says why. */
  @Override
  public void start() {
    layout.setContext(getContext());
    layout.start();
    if (layout.isStarted()) {
      super.start();
    }
  }

  @Override
  public void stop() {
    super.stop();
    layout.stop();
  }

  @Override
  protected void append(ILoggingEvent event) {
    AttemptLines.keep(() -> layout.doLayout(event).stripTrailing());
  }
}
