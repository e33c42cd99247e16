package dev.gala.river.logback;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.status.Status;
import dev.gala.river.spi.AttemptLines;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AttemptAppenderTest {
  private static final String USUAL =
      """
      <configuration>
        <appender name="job" class="dev.gala.river.logback.AttemptAppender"/>
        <root level="INFO"><appender-ref ref="job"/></root>
      </configuration>
      """;

  private final List<String> kept = new ArrayList<>();
  private LoggerContext context = Configuration.of(USUAL);

  @AfterEach
  void stop() {
    context.stop();
  }

  private Logger logger() {
    return context.getLogger("com.example.Mailer");
  }

  private void patterned(String pattern) {
    context.stop();
    context =
        Configuration.of(
            USUAL.replace(
                "Appender\"/>", "Appender\"><pattern>" + pattern + "</pattern></appender>"));
  }

  private void inAnAttempt(Runnable work) {
    try (var lines = AttemptLines.to(kept::add)) {
      work.run();
    }
  }

  @Test
  void whatAnAttemptLogsIsKept() {
    inAnAttempt(
        () -> {
          logger().info("sent {} of {}", 3, 4);
          logger().debug("not at this level");
        });
    assertThat(kept).hasSize(1);
    assertThat(kept.getFirst())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO Mailer: sent 3 of 4");
  }

  @Test
  void aTraceIsKeptWithItsLine() {
    inAnAttempt(() -> logger().warn("odd", new IllegalStateException("this one")));
    assertThat(kept).hasSize(1);
    assertThat(kept.getFirst().lines().toList())
        .hasSizeGreaterThan(2)
        .element(1)
        .isEqualTo("java.lang.IllegalStateException: this one");
  }

  @Test
  void whatIsLoggedWithoutAnAttemptIsPassedOver() {
    logger().info("before");
    inAnAttempt(() -> logger().info("within"));
    logger().info("after");
    assertThat(kept).hasSize(1).first().asString().endsWith("within");
    assertThat(context.getStatusManager().getCopyOfStatusList())
        .noneMatch(status -> status.getLevel() > Status.INFO);
  }

  @Test
  void otherThreadsAreOfNoAttempt() {
    inAnAttempt(() -> join(Thread.ofPlatform().start(() -> logger().info("from beside"))));
    assertThat(kept).isEmpty();
  }

  @Test
  void workHandedOnIsOfTheAttempt() {
    inAnAttempt(
        () -> join(Thread.ofVirtual().start(AttemptLines.handedOn(() -> logger().info("a part")))));
    assertThat(kept).hasSize(1).first().asString().endsWith("a part");
  }

  @Test
  void whatIsLoggedWhileALineIsMadeIsNotKept() {
    var talkative =
        new Object() {
          @Override
          public String toString() {
            logger().info("asked");
            return "me";
          }
        };
    inAnAttempt(() -> logger().info("who is {}", talkative));
    assertThat(kept).hasSize(1).first().asString().endsWith("who is me");
  }

  @Test
  void whatIsLoggedWhileALineIsTakenIsNotKept() {
    try (var lines =
        AttemptLines.to(
            line -> {
              kept.add(line);
              logger().info("taken");
            })) {
      logger().info("one");
    }
    assertThat(kept).hasSize(1);
  }

  @Test
  void thePatternIsTheApplications() {
    patterned("%logger %msg");
    inAnAttempt(() -> logger().info("sent"));
    assertThat(kept).containsExactly("com.example.Mailer sent");
  }

  @Test
  void withoutAPatternNothingIsKeptAndNothingFails() {
    var appender = new AttemptAppender();
    appender.setContext(context);
    appender.setPattern("");
    appender.start();
    logger().setAdditive(false);
    logger().addAppender(appender);
    inAnAttempt(() -> logger().info("sent"));
    assertThat(kept).isEmpty();
    assertThat(context.getStatusManager().getCopyOfStatusList())
        .anyMatch(status -> status.getLevel() == Status.ERROR);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }
}
