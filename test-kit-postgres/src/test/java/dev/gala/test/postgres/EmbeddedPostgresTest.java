package dev.gala.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class EmbeddedPostgresTest {
  @Test
  void startsAnswersAndLeavesNothing() throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.start();
    try (postgres;
        var connection = postgres.connect();
        var statement = connection.createStatement();
        var result = statement.executeQuery("SHOW server_version")) {
      assertThat(result.next()).isTrue();
      assertThat(result.getString(1)).startsWith("18");
    }
    assertThat(Files.exists(postgres.dataDirectory())).isFalse();
    assertThat(ProcessHandle.of(postgres.pid())).isEmpty();
  }
}
