package dev.gala.river.fake;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/** The warnings and errors logged during a test. Each must be one the test expects. */
public final class Logs {
  private final Signal signal = new Signal();
  private final List<String> seen = new ArrayList<>();
  private final List<String> expected = new ArrayList<>();
  private final List<String> lesser = new ArrayList<>();
  private final List<Logger> loud = new ArrayList<>();
  private final Appender appender = new Appender();

  /** Warnings and errors that hold this text are no surprise. */
  public void expect(String part) {
    signal.change(() -> expected.add(part));
  }

  /** How many warnings and errors hold this text. */
  public long count(String part) {
    return signal.look(() -> seen.stream().filter(line -> line.contains(part)).count());
  }

  /** Waits for a warning or error that holds this text, which is no surprise then. */
  public void await(String part) {
    expect(part);
    signal.await(
        "the log to say: " + part, () -> seen.stream().anyMatch(line -> line.contains(part)));
  }

  /** Has a class log all it has to say, for {@link #awaitLesser}. */
  public void listenTo(Class<?> source) {
    var logger = (Logger) LoggerFactory.getLogger(source);
    logger.setLevel(Level.DEBUG);
    loud.add(logger);
  }

  /** Waits for a line below a warning that holds this text. */
  public void awaitLesser(String part) {
    signal.await(
        "the log to say: " + part, () -> lesser.stream().anyMatch(line -> line.contains(part)));
  }

  /** How many lines below a warning hold this text. */
  public long countLesser(String part) {
    return signal.look(() -> lesser.stream().filter(line -> line.contains(part)).count());
  }

  void open() {
    appender.start();
    root().addAppender(appender);
  }

  /** Ends the recording. */
  List<String> closeAndGetSurprises() {
    root().detachAppender(appender);
    appender.stop();
    loud.forEach(logger -> logger.setLevel(null));
    return signal.look(
        () -> seen.stream().filter(line -> expected.stream().noneMatch(line::contains)).toList());
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger("dev.gala");
  }

  private final class Appender extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
        var thrown = event.getThrowableProxy();
        String cause = thrown == null ? "" : " " + thrown.getClassName() + thrown.getMessage();
        signal.change(() -> seen.add(event.getLevel() + " " + event.getFormattedMessage() + cause));
      } else {
        signal.change(() -> lesser.add(event.getLevel() + " " + event.getFormattedMessage()));
      }
    }
  }
}
