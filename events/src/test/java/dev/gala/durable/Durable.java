package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.sun.management.HotSpotDiagnosticMXBean;
import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.test.postgres.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * A migrated database of the test's own and runtimes on it. At the end of the test all runtimes are
 * closed, and then there is no thread of ours left, virtual ones included, no connection, and no
 * warning that the test did not expect.
 */
public final class Durable implements BeforeEachCallback, AfterEachCallback {
  private static final Pattern OURS = Pattern.compile("\"(gala[^\"]*)\"");

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final ConcurrentLinkedQueue<String> warnings = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> expected = new ConcurrentLinkedQueue<>();
  private final Appender appender = new Appender();
  private TestDatabase database;

  @Override
  public void beforeEach(ExtensionContext context) {
    // A start looks at what is stored while others work it: only UnhandledEventsTest is about it.
    expectWarning("stored events wait that this process cannot handle");
    appender.start();
    log().addAppender(appender);
    database = TestDatabase.createFrom("gala-durable", Durable::prepare);
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    try {
      while (!opened.isEmpty()) {
        opened.pop().close();
      }
      Await.until("the end of our threads " + threads(), () -> threads().isEmpty());
      Await.until("the end of all connections " + connections(), () -> connections().isEmpty());
      assertThat(warnings)
          .as("unexpected warnings")
          .filteredOn(line -> expected.stream().noneMatch(line::contains))
          .isEmpty();
    } finally {
      log().detachAppender(appender);
      appender.stop();
      if (database != null) {
        database.close();
      }
    }
  }

  private static void prepare(Connection connection) throws SQLException {
    try (RiverDatabase river = RiverDatabase.at(OneConnection.of(connection)).connect()) {
      river.migrator().up();
    }
    Rows.signalChanges(connection);
  }

  /** The test's database. */
  public TestDatabase database() {
    return database;
  }

  /** Looks at the test's database. */
  public Rows rows() {
    return new Rows(database.dataSource());
  }

  /** Settings for the test's database; every wait in them is short. */
  public GalaConfig.Builder config() {
    return GalaConfig.builder()
        .url(database.url())
        .workerCount(10)
        .fetchCooldown(Duration.ofMillis(10))
        .fetchPollInterval(Duration.ofMillis(200));
  }

  /** A runtime on the test's database, closed at the end of the test. */
  public Gala gala() {
    return gala(config());
  }

  /** A runtime, closed at the end of the test. */
  public Gala gala(GalaConfig.Builder config) {
    return closing(Gala.create(config.build()));
  }

  /** Closes this at the end of the test, the last one first. */
  public <T extends AutoCloseable> T closing(T closeable) {
    opened.push(closeable);
    return closeable;
  }

  /** Warnings and errors that hold this text are no surprise. */
  public void expectWarning(String part) {
    expected.add(part);
  }

  /** How many warnings and errors hold this text. */
  public long warnings(String part) {
    return warnings.stream().filter(line -> line.contains(part)).count();
  }

  /** The application names of all connections to the test's database but the one that looks. */
  public List<String> connections() {
    try {
      return rows()
          .column(
              "select application_name || ': ' || query from pg_stat_activity"
                  + " where datname = current_database() and pid <> pg_backend_pid()"
                  + " and backend_type = 'client backend'");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** The names of all threads of ours, virtual ones too, which only a thread dump shows. */
  public static List<String> threads() {
    try {
      Path directory = Files.createTempDirectory("threads");
      Path dump = directory.resolve("dump");
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
      var names = new ArrayList<String>();
      Matcher matcher = OURS.matcher(Files.readString(dump));
      while (matcher.find()) {
        names.add(matcher.group(1));
      }
      Files.delete(dump);
      Files.delete(directory);
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Logger log() {
    return (Logger) LoggerFactory.getLogger("dev.gala");
  }

  private final class Appender extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
        var thrown = event.getThrowableProxy();
        String cause = thrown == null ? "" : " " + thrown.getClassName() + thrown.getMessage();
        warnings.add(event.getLevel() + " " + event.getFormattedMessage() + cause);
      }
    }
  }
}
