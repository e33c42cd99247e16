package dev.gala.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However the JVM that owns a server ends, nothing of the server is left. */
class OwnerEndsTest {

  @ParameterizedTest
  @ValueSource(strings = {"close", "exit"})
  void byItself(String end) throws Exception {
    try (Child child = Child.run(end)) {
      child.awaitReady().finish().assertNothingLeft();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "TERM"})
  void byASignal(String signal) throws Exception {
    try (Child child = Child.run("exit")) {
      child.awaitReady().kill(signal).assertNothingLeft();
    }
  }

  @Test
  void byCtrlC() throws Exception {
    List<String> ownGroup = List.of("setsid");
    try (Child child =
        Child.run(ownGroup, Map.of(), System.getProperty("java.class.path"), "exit")) {
      child.awaitReady().interruptGroup().assertNothingLeft();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"copying", "starting"})
  void whileItStartsTheServer(String stage) throws Exception {
    try (Child child = Child.run("halt-while=" + stage)) {
      child.awaitEnd().assertNothingLeft();
    }
  }

  @Test
  void killedWhereRootBecomesNobody() throws Exception {
    assumeTrue(ServerUser.ownId() == 0, "needs root");
    try (Child child = Child.run("mode=NOBODY", "exit")) {
      child.awaitReady().kill("KILL").assertNothingLeft();
    }
  }

  @Test
  void togetherWithTheWatcher() throws Exception {
    try (Child child = Child.run("exit")) {
      child.awaitReady();
      ProcessHandle.of(Long.parseLong(child.told("watcher"))).orElseThrow().destroyForcibly();
      child.kill("KILL");
      Path home = Path.of(child.told("data")).getParent();
      assertThat(home).exists();

      // Without an owner, but too young to be sure that it was not just about to get one.
      EmbeddedPostgres.start().close();
      assertThat(home).exists();

      Files.setLastModifiedTime(
          home.resolve("owner"), FileTime.from(Instant.now().minusSeconds(120)));
      EmbeddedPostgres.start().close();
      child.assertNothingLeft();
    }
  }

  @Test
  void theWatcherIsKilledFirst() throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.start();
    ProcessHandle.of(postgres.watcherId()).orElseThrow().destroyForcibly();
    postgres.close();
    Child.assertNothingLeft(postgres.pid(), postgres.dataDirectory());
  }

  @Test
  void butTheServerIsKept() throws Exception {
    try (Child child = Child.run("keep")) {
      child.awaitReady().finish();
      try (var connection = DriverManager.getConnection(child.told("url"))) {
        assertThat(connection.isValid(5)).isTrue();
      }
      Path home = Path.of(child.told("data")).getParent();
      Files.setLastModifiedTime(
          home.resolve("owner"), FileTime.from(Instant.now().minusSeconds(120)));
      EmbeddedPostgres.start().close();
      assertThat(home).exists();

      var stop = Command.run(List.of("sh", "-c", child.told("stop")), "");
      assertThat(stop.status()).isZero();
      child.assertNothingLeft();
    }
  }

  @Test
  void theServerIsKilledFirst() throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.start();
    ProcessHandle server = ProcessHandle.of(postgres.pid()).orElseThrow();
    server.destroyForcibly();
    server.onExit().get(20, TimeUnit.SECONDS);
    postgres.close();
    Child.assertNothingLeft(postgres.pid(), postgres.dataDirectory());
  }

  @Test
  void theServerIsSuspended() throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.start();
    assertThat(Command.run(List.of("kill", "-STOP", "" + postgres.pid()), "").status()).isZero();
    postgres.close();
    Child.assertNothingLeft(postgres.pid(), postgres.dataDirectory());
  }

  @Test
  void beforeItCouldStartAnything() throws Exception {
    assumeTrue(ServerUser.ownId() == 0, "needs root");
    String classPath = System.getProperty("java.class.path");
    try (Child child = Child.run(List.of(), Map.of("PATH", "/nowhere"), classPath, "exit")) {
      assertThatThrownBy(child::awaitReady)
          .hasMessageContaining("PostgreSQL refuses to run as root")
          .hasMessageContaining("unshare --map-user=")
          .hasMessageContaining("setpriv --reuid=")
          .hasMessageContaining("run as an ordinary user");
    }
  }
}
