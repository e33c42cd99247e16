package dev.gala.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.test.postgres.TestDatabase;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AdaptiveLoopTest {
  private final BlockingQueue<String> fetched = new LinkedBlockingQueue<>();

  @Test
  void everyCustomerHasALoop() throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      GalaConfig config = GalaConfig.builder().url(database.url()).runMigrations(true).build();
      try (Gala gala = Gala.create(config)) {
        AdaptiveLoop.attach(gala, new TwoCustomers());
        gala.startWorkers();
        assertThat(List.of(next(), next())).containsExactlyInAnyOrder("c-1", "c-2");
      }
    }
  }

  private String next() throws InterruptedException {
    String customer = fetched.poll(30, TimeUnit.SECONDS);
    return customer == null ? "nobody" : customer;
  }

  private final class TwoCustomers implements AdaptiveLoop.Customers {
    @Override
    public Stream<String> ids() {
      return Stream.of("c-1", "c-2");
    }

    @Override
    public int fetchChanges(String customer) {
      fetched.add(customer);
      return 0;
    }
  }
}
