package dev.gala.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.river.RiverDatabase;
import dev.gala.test.postgres.TestDatabase;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DependenciesTest {
  @Test
  void theMailerIsFound() throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      try (RiverDatabase river = RiverDatabase.connect(database.url())) {
        river.migrator().up();
      }
      var sent = new CompletableFuture<String>();
      try (Gala gala =
          Dependencies.runtime(database.url(), (to, text) -> sent.complete(to + ": " + text))) {
        gala.startWorkers();
        gala.emit(Dependencies.WELCOME, new Dependencies.Welcome("a@b.c"));
        assertThat(sent.get(30, TimeUnit.SECONDS)).isEqualTo("a@b.c: Welcome!");
      }
    }
  }
}
