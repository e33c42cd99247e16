package dev.gala.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.cli.Main;
import dev.gala.test.postgres.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process of its own, ended in the middle. */
@Timeout(90)
class DemoProcessTest {
  private static final long PATIENCE_SECONDS = 30;
  private static final Pattern SOME_HANDLED =
      Pattern.compile("[1-9] of 100,000 handled, [0-9]+ emitted");

  @TempDir private Path temp;
  private Path repository;
  private Path temporaryFiles;

  @BeforeEach
  void prepare() throws Exception {
    repository = GitRepository.of(temp.resolve("repository"), 5).folder();
    // Where this runs as root, the server runs as another user.
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    temporaryFiles = Files.createDirectory(temp.resolve("tmp"));
    Files.setPosixFilePermissions(temporaryFiles, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  @Test
  void killedItLeavesNoServer() throws Exception {
    Process demo = start();
    List<ProcessHandle> children;
    try {
      readUntilSomeAreHandled(demo);
      children = demo.descendants().toList();
      assertThat(children).isNotEmpty();
    } finally {
      demo.destroyForcibly();
    }
    assertThat(demo.waitFor()).isEqualTo(128 + 9);
    for (ProcessHandle child : children) {
      child.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Test
  void interruptedItLeavesNothing() throws Exception {
    try (var database = TestDatabase.create()) {
      Process demo = start("--database", database.url());
      String shown;
      try (BufferedReader err = demo.errorReader()) {
        readUntilSomeAreHandled(err);
        assertThat(new ProcessBuilder("kill", "-INT", "" + demo.pid()).start().waitFor()).isZero();
        shown = readAll(err);
        assertThat(demo.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      } finally {
        demo.destroyForcibly();
      }
      assertThat(demo.exitValue()).isEqualTo(130);
      assertThat(shown.lines()).allMatch(line -> line.isBlank() || line.contains(" handled, "));
      assertThat(out()).content().startsWith("Gala demonstration").doesNotContain("demo:");
      assertThat(temporaryFiles).isEmptyDirectory();
      assertNothingIn(database);
    }
  }

  private Path out() {
    return temp.resolve("out");
  }

  private Process start(String... more) throws IOException {
    // Started in the background by a script, it would ignore Ctrl-C.
    var command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Dgala.columns=80"));
    command.add("-Djava.io.tmpdir=" + temporaryFiles);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("demo", "--git", repository.toString()));
    command.addAll(List.of("--events", "100000", "--rate", "100"));
    command.addAll(List.of(more));
    return new ProcessBuilder(command).redirectOutput(out().toFile()).start();
  }

  private static void readUntilSomeAreHandled(Process demo) throws IOException {
    try (BufferedReader err = demo.errorReader()) {
      readUntilSomeAreHandled(err);
    }
  }

  private static void readUntilSomeAreHandled(Reader err) throws IOException {
    var shown = new StringBuilder();
    while (!SOME_HANDLED.matcher(shown).find()) {
      int character = err.read();
      assertThat(character).as("the demonstration ended: %s", shown).isNotNegative();
      shown.append((char) character);
    }
  }

  private static String readAll(Reader err) throws IOException {
    var all = new StringWriter();
    err.transferTo(all);
    return all.toString();
  }

  private static void assertNothingIn(TestDatabase database) throws Exception {
    try (var connection = database.connect();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select
                  (select count(*) from pg_namespace where nspname like 'gala_demo%')
                  + (select count(*) from river_job)
                """)) {
      row.next();
      assertThat(row.getLong(1)).isZero();
    }
  }
}
