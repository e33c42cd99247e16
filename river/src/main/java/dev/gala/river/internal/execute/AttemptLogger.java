package dev.gala.river.internal.execute;

import dev.gala.river.spi.AttemptLines;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes to the application's log, and to an attempt's. Safe for use by many threads. */
@SuppressWarnings("serial") // SLF4J's loggers say they are; none of an attempt is ever written.
final class AttemptLogger extends LegacyAbstractLogger {
  private static final String PREFIX = "dev.gala.job.";

  private final Logger application;
  private final AttemptLog log;
  private final InstantSource clock;

  AttemptLogger(String kind, AttemptLog log, InstantSource clock) {
    this.name = PREFIX + kind;
    this.application = LoggerFactory.getLogger(name);
    this.log = log;
    this.clock = clock;
  }

  @Override
  public boolean isTraceEnabled() {
    return application.isTraceEnabled();
  }

  @Override
  public boolean isDebugEnabled() {
    return application.isDebugEnabled();
  }

  @Override
  public boolean isInfoEnabled() {
    return true;
  }

  @Override
  public boolean isWarnEnabled() {
    return true;
  }

  @Override
  public boolean isErrorEnabled() {
    return true;
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return AttemptLogger.class.getName();
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      @Nullable String pattern,
      Object @Nullable [] arguments,
      @Nullable Throwable thrown) {
    String message = String.valueOf(MessageFormatter.basicArrayFormat(pattern, arguments));
    LoggingEventBuilder event = application.atLevel(level);
    event = marker == null ? event : event.addMarker(marker);
    event = thrown == null ? event : event.setCause(thrown);
    // Where the application's log keeps lines with attempts too, this one is not kept twice.
    try (var unkept = AttemptLines.to(null)) {
      event.log(message);
    }
    String line = clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + level + " " + message;
    log.append(thrown == null ? line : line + "\n" + trace(thrown));
  }

  private static String trace(Throwable thrown) {
    var text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString().stripTrailing();
  }
}
