package dev.gala.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.Topic;
import dev.gala.test.postgres.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MeteredTest {
  private static final Topic<String> GREETED = Topic.of("greeted", String.class);

  @Test
  void whatAListenerDoesIsInTheRegistry() throws Exception {
    var registry = new SimpleMeterRegistry();
    try (TestDatabase database = TestDatabase.create()) {
      GalaConfig migrate = GalaConfig.builder().url(database.url()).runMigrations(true).build();
      Gala.create(migrate).close();
      try (Gala gala = Metered.metered(database.url(), registry)) {
        var handled = new CompletableFuture<String>();
        gala.on(GREETED, "greet", (event, ctx) -> handled.complete(event));
        gala.startWorkers();
        gala.emit(GREETED, "hello");
        assertThat(handled.get(30, TimeUnit.SECONDS)).isEqualTo("hello");
      }
    }
    assertThat(registry.get("gala.listener.deliveries").tag("listener", "greet").counter().count())
        .isEqualTo(1);
  }
}
