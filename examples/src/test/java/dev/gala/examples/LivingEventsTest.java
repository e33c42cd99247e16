package dev.gala.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.ListenerId;
import dev.gala.test.postgres.TestDatabase;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LivingEventsTest {
  @Test
  void whatIsDeletedIsNotDone() throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      GalaConfig config = GalaConfig.builder().url(database.url()).runMigrations(true).build();
      var exported = new AtomicInteger();
      try (Gala gala = Gala.create(config)) {
        ListenerId id =
            gala.on(LivingEvents.EXPORT, "export", (event, ctx) -> exported.incrementAndGet());
        LivingEvents.emit(gala, "c-1");
        LivingEvents.emit(gala, "c-2");
        assertThat(LivingEvents.forget(gala)).isEqualTo(1);
        gala.startWorkers();
        LivingEvents.settle(gala);
        assertThat(exported).hasValue(1);
        LivingEvents.remove(gala, id);
        assertThat(gala.interestedIn(LivingEvents.EXPORT, "")).isFalse();
      }
    }
  }
}
