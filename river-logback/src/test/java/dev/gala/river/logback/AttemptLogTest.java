package dev.gala.river.logback;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.Subscription;
import dev.gala.river.json.JsonArgs;
import dev.gala.river.json.JsonObjects;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.Worker;
import dev.gala.test.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** With the engine, on a real database, by the configuration that the documentation shows. */
final class AttemptLogTest {
  private static final Path MANUAL = Path.of("../docs/engine.md");
  private static final JobType<Noise> KIND = JobType.of("noisy", JsonArgs.of(Noise.class));

  record Noise(int number) {}

  private final TestDatabase postgres = TestDatabase.create();
  private RiverDatabase database;
  private LoggerContext context;

  @BeforeEach
  void connect() throws IOException {
    database = RiverDatabase.connect(postgres.url());
    database.migrator().up();
    context = Configuration.of(shown());
  }

  @AfterEach
  void close() {
    context.stop();
    database.close();
    postgres.close();
  }

  /** The configuration in the manual. */
  private static String shown() throws IOException {
    Matcher shown =
        Pattern.compile("```xml\n(<configuration>.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(MANUAL));
    assertThat(shown.find()).isTrue();
    return shown.group(1);
  }

  private JobRow worked(Worker<Noise> worker) throws InterruptedException {
    RiverConfig config =
        RiverConfig.builder()
            .queue("default", 5)
            .retryPolicy((job, now) -> now)
            .fetchPollInterval(Duration.ofMillis(100))
            .worker(KIND, worker)
            .build();
    try (RiverClient client = RiverClient.create(database, config);
        Subscription ends = client.subscribe(Set.of(RiverEvent.Kind.JOB_COMPLETED))) {
      client.start();
      client.insert(KIND, new Noise(7));
      return Objects.requireNonNull(
          Objects.requireNonNull(ends.poll(Duration.ofSeconds(60)), "no end").job());
    }
  }

  private static String log(JobRow row, int place) {
    List<String> entries =
        JsonObjects.elements(JsonObjects.members(row.metadata()).get("river:log"));
    return JsonObjects.textAt(entries.get(place), "log");
  }

  @Test
  void linesOfAnyLoggerAreKeptForEachAttempt() throws InterruptedException {
    Logger logger = context.getLogger("com.example.Mailer");
    JobRow row =
        worked(
            work -> {
              logger.info("attempt {} \u0000", work.job().attempt());
              logger.debug("not at this level");
              Thread beside = Thread.ofVirtual().start(() -> logger.info("from beside"));
              beside.join();
              if (work.job().attempt() == 1) {
                throw new IllegalStateException("broken");
              }
              return Outcome.done();
            });
    logger.info("after all");
    assertThat(log(row, 0)).endsWith(" INFO Mailer: attempt 1 \ufffd\n").hasLineCount(1);
    assertThat(log(row, 1)).endsWith(" INFO Mailer: attempt 2 \ufffd\n").hasLineCount(1);
  }

  @Test
  void linesOfTheAttemptsOwnLoggerAreKeptOnce() throws InterruptedException {
    var application = (Logger) LoggerFactory.getLogger("dev.gala.job.noisy");
    var appender = new AttemptAppender();
    appender.setContext(application.getLoggerContext());
    appender.start();
    application.setLevel(Level.INFO);
    application.setAdditive(false);
    application.addAppender(appender);
    try {
      JobRow row =
          worked(
              work -> {
                work.logger().info("by the attempt's");
                application.info("by the application's");
                return Outcome.done();
              });
      assertThat(log(row, 0).lines().map(line -> line.replaceFirst("^\\S+ ", "")).toList())
          .containsExactly("INFO by the attempt's", "INFO noisy: by the application's");
    } finally {
      application.detachAppender(appender);
      application.setAdditive(true);
      application.setLevel(null);
    }
  }
}
