package dev.gala.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gala.test.postgres.EmbeddedPostgresException.Reason;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbeddedPostgresTest {
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @Test
  void closingLeavesNothing() throws Exception {
    EmbeddedPostgres other = EmbeddedPostgres.start();
    assertThat(other.isRunning()).isTrue();
    assertThat(other.dataDirectory()).isDirectory();
    assertThat(other.logFile()).isRegularFile();

    other.close();
    other.close();

    Child.assertNothingLeft(other.pid(), other.dataDirectory());
    assertThat(other.isRunning()).isFalse();
    assertThatThrownBy(other::restart)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void theServerIsOfTheVersionPromised() throws Exception {
    assertThat(show(postgres, "server_version")).startsWith("18.");
  }

  @Test
  void theUrlWorksInPsql() {
    assumeTrue(Command.run(List.of("psql", "--version"), "").succeeded(), "needs psql");
    Command psql = Command.run(List.of("psql", postgres.url(), "-Atc", "SELECT 'it works'"), "");
    assertThat(psql.output()).isEqualTo("it works\n");
  }

  @Test
  void nobodyGetsInWithoutThePassword() {
    String wrong = postgres.jdbcUrl().replace(postgres.password(), "wrong");
    assertThatThrownBy(() -> DriverManager.getConnection(wrong).close())
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("password authentication failed");
    assertThat(postgres.toString()).doesNotContain(postgres.password());
  }

  @Test
  void testsDoNotWaitForTheDisk() throws Exception {
    assertThat(show(postgres, "fsync")).isEqualTo("off");
    assertThat(show(postgres, "synchronous_commit")).isEqualTo("off");
    assertThat(show(postgres, "full_page_writes")).isEqualTo("off");
  }

  @Test
  void durableServersDo(@org.junit.jupiter.api.io.TempDir Path directory) throws Exception {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .durable()
            .directory(directory)
            .setting("max_connections", "17")
            .setting("gala.note", "it's a \\ \"value\"");
    try (EmbeddedPostgres durable = builder.start()) {
      assertThat(show(durable, "fsync")).isEqualTo("on");
      assertThat(show(durable, "synchronous_commit")).isEqualTo("on");
      assertThat(show(durable, "full_page_writes")).isEqualTo("on");
      assertThat(show(durable, "max_connections")).isEqualTo("17");
      assertThat(show(durable, "gala.note")).isEqualTo("it's a \\ \"value\"");
      assertThat(durable.dataDirectory()).startsWith(directory);
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aBadSettingIsReportedWithTheLog() {
    EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setting("shared_buffers", "much");
    assertThatThrownBy(builder::start)
        .isInstanceOfSatisfying(
            EmbeddedPostgresException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.START_FAILED))
        .hasMessageContaining("invalid value for parameter \"shared_buffers\": \"much\"");
  }

  @Test
  void badOptionsAreRefused() {
    EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
    assertThatThrownBy(() -> builder.port(65_536)).hasMessageContaining("65536");
    assertThatThrownBy(() -> builder.setting("port", "1")).hasMessageContaining("port(1)");
    assertThatThrownBy(() -> builder.setting("a b", "1")).hasMessageContaining("\"a b\"");
    assertThatThrownBy(() -> builder.setting("a", "1\nb = 2")).hasMessageContaining("single line");
    assertThatThrownBy(() -> builder.startTimeout(Duration.ZERO)).hasMessageContaining("PT0S");
  }

  @Test
  void aTakenPortIsReported() throws Exception {
    try (ServerSocket taken =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      int port = taken.getLocalPort();
      assertThatThrownBy(EmbeddedPostgres.builder().port(port)::start)
          .isInstanceOfSatisfying(
              EmbeddedPostgresException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.PORT_IN_USE))
          .hasMessageContaining("port " + port);
    }
  }

  @Test
  void stopsCrashesAndRestartsOnTheSamePortAndData() throws Exception {
    try (EmbeddedPostgres restarted = EmbeddedPostgres.start()) {
      execute(restarted, "CREATE TABLE kept (id int)");
      int port = restarted.port();

      restarted.stop();
      restarted.stop();
      assertThat(restarted.isRunning()).isFalse();
      assertThatThrownBy(() -> restarted.connect().close()).isInstanceOf(SQLException.class);
      assertThatThrownBy(restarted::keepRunning).isInstanceOf(IllegalStateException.class);

      restarted.restart();
      execute(restarted, "INSERT INTO kept VALUES (1)");
      execute(restarted, "CHECKPOINT");
      restarted.crash();
      assertThat(restarted.isRunning()).isFalse();

      restarted.restart();
      restarted.restart();
      execute(restarted, "INSERT INTO kept VALUES (2)");
      assertThat(restarted.port()).isEqualTo(port);
      assertThat(restarted.url()).contains(":" + port + "/postgres");
    }
  }

  @Test
  void aServerThatDiedIsNoticedAndCanBeRestarted() throws Exception {
    try (EmbeddedPostgres killed = EmbeddedPostgres.start()) {
      ProcessHandle server = ProcessHandle.of(killed.pid()).orElseThrow();
      server.destroyForcibly();
      server.onExit().join();
      killed.restart();
      execute(killed, "SELECT 1");
      assertThat(killed.pid()).isNotEqualTo(server.pid());
    }
  }

  @Test
  void noOtherProcessHoldsTheWatchersPipe() throws Exception {
    Path pipe = Files.readSymbolicLink(Path.of("/proc/" + postgres.watcherId() + "/fd/0"));
    Process bystander = new ProcessBuilder("cat").start();
    try (EmbeddedPostgres second = EmbeddedPostgres.start()) {
      List<Long> holders =
          ProcessHandle.allProcesses().map(ProcessHandle::pid).filter(p -> holds(p, pipe)).toList();
      assertThat(holders)
          .containsExactlyInAnyOrder(ProcessHandle.current().pid(), postgres.watcherId())
          .doesNotContain(bystander.pid(), second.watcherId());
    } finally {
      bystander.destroy();
    }
  }

  @Test
  void sharedMemoryIsInTheServersDirectory() throws Exception {
    assertThat(show(postgres, "dynamic_shared_memory_type")).isEqualTo("mmap");
    assertThat(Path.of("/proc/" + postgres.pid() + "/maps"))
        .content()
        .contains("postgres")
        .doesNotContain("/dev/shm");
  }

  @Test
  void manyStartAtOnce() throws Exception {
    Callable<EmbeddedPostgres> start = EmbeddedPostgres::start;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var started : threads.invokeAll(List.of(start, start, start, start))) {
        try (EmbeddedPostgres server = started.get()) {
          execute(server, "SELECT 1");
        }
      }
    }
  }

  private static boolean holds(long pid, Path pipe) {
    try (var descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return descriptors.anyMatch(descriptor -> leadsTo(descriptor, pipe));
    } catch (java.io.IOException e) {
      return false; // ended meanwhile
    }
  }

  private static boolean leadsTo(Path descriptor, Path pipe) {
    try {
      return Files.readSymbolicLink(descriptor).equals(pipe);
    } catch (java.io.IOException e) {
      return false; // closed meanwhile
    }
  }

  private static String show(EmbeddedPostgres server, String setting) throws SQLException {
    try (var connection = server.connect();
        var statement = connection.createStatement();
        var result = statement.executeQuery("SHOW " + setting)) {
      result.next();
      return result.getString(1);
    }
  }

  private static void execute(EmbeddedPostgres server, String sql) throws SQLException {
    try (var connection = server.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
