package dev.gala.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
  private final ServerUser user =
      new ServerUser(ServerUser.Mode.SELF, ServerUser.ownId(), List.of());

  @TempDir private Path directory;

  @Test
  void theCacheIsInTheUsersCacheDirectory() {
    assertThat(installs(Map.of("HOME", directory.toString())))
        .isEqualTo(directory.resolve(".cache/gala-postgres"))
        .isDirectory();
    assertThat(installs(Map.of("HOME", "/home/other", "XDG_CACHE_HOME", directory.toString())))
        .isEqualTo(directory.resolve("gala-postgres"));
  }

  @Test
  void withoutAWritableHomeTheCacheIsTemporary() throws Exception {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    assertThat(installs(Map.of("HOME", "/proc"))).hasParent(temporary);
    assertThat(installs(Map.of("HOME", "?", "XDG_CACHE_HOME", "relative"))).hasParent(temporary);
    Path installs = installs(Map.of());
    assertThat(installs).hasParent(temporary);
    try (var cached = Files.list(installs)) {
      if (cached.findAny().isEmpty()) {
        Files.delete(installs);
      }
    }
  }

  @Test
  void aDirectoryInWhichOthersCouldPlantBinariesIsRefused() throws Exception {
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> Workspace.choose(user, Map.of(), open, null))
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining(open + ": others can write there");
  }

  @Test
  void nobodyUsesNothingThatIsHiddenFromIt() {
    ServerUser nobody = new ServerUser(ServerUser.Mode.NOBODY, 65_534, List.of());
    assertThatThrownBy(() -> Workspace.choose(nobody, Map.of(), directory, null))
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining("user id 65534 cannot enter it");
  }

  private Path installs(Map<String, String> environment) {
    return Workspace.choose(user, environment, null, null).installs();
  }
}
