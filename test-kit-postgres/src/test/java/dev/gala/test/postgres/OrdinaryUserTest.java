package dev.gala.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers of users who are not root. They have nothing cached yet. */
class OrdinaryUserTest {
  private static final String NOBODY = "65534";
  private static final String NAMELESS = "12345";

  @TempDir private Path shared;

  @BeforeEach
  void onlyRootCanBecomeOthers() throws Exception {
    assumeTrue(ServerUser.ownId() == 0, "needs root");
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void twoJvmsStartColdAtOnce() throws Exception {
    Path home = home(NOBODY);
    try (Child first = start(NOBODY, home, "first");
        Child second = start(NOBODY, home, "second")) {
      first.awaitReady();
      second.awaitReady();
      Path server = Path.of("/proc", first.told("server"));
      assertThat(ServerUser.owner(server)).isEqualTo(Long.parseLong(NOBODY));
      first.finish().assertNothingLeft();
      second.kill("KILL").assertNothingLeft();
    }
    try (var cached = Files.list(home.resolve(".cache/gala-postgres"))) {
      assertThat(cached.map(path -> path.getFileName().toString()))
          .hasSize(3)
          .contains("lock")
          .noneMatch(name -> name.endsWith(".building"));
    }
  }

  @Test
  void aUserWithoutANameBorrowsOne() throws Exception {
    List<String> namespace =
        List.of(
            "setpriv",
            "--reuid=" + NAMELESS,
            "--clear-groups",
            "--regid=" + NAMELESS,
            "unshare",
            "--map-user=" + NOBODY,
            "true");
    assumeTrue(Command.run(namespace, "").succeeded(), "needs user namespaces for everybody");
    Path home = home(NAMELESS);
    copyBinaries(home);
    try (Child child = start(NAMELESS, home, "child")) {
      child.awaitReady().kill("KILL").assertNothingLeft();
    }
  }

  private Path home(String user) throws Exception {
    Path home = Files.createDirectory(shared.resolve("home"));
    Files.setAttribute(home, "unix:uid", Integer.parseInt(user));
    return home;
  }

  /** Saves the time to unpack them again. */
  private static void copyBinaries(Path home) throws Exception {
    ServerUser root = ServerUser.detect(ServerUser.Mode.NAMESPACE);
    Path installs = Workspace.choose(root, System.getenv(), null, null).installs();
    Path binaries = Binaries.unpack(Platform.current(), installs).home();
    Path cache = Files.createDirectories(home.resolve(".cache/gala-postgres"));
    Command copy = Command.run(List.of("cp", "-R", binaries.toString(), cache.toString()), "");
    assertThat(copy.output()).isEmpty();
    Files.setAttribute(cache, "unix:uid", Integer.parseInt(NAMELESS));
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwx------"));
  }

  private Child start(String user, Path home, String name) throws Exception {
    Path classes = Files.createDirectory(shared.resolve(name));
    Files.setPosixFilePermissions(classes, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Child.runAs(user, classes, Map.of("HOME", home.toString()), "close");
  }
}
