package dev.gala.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.Definition;
import dev.gala.event.DispatchMode;
import dev.gala.event.Topic;
import dev.gala.pool.Pool;
import dev.gala.spi.GalaMetrics.ListenerCall;
import dev.gala.test.postgres.TestDatabase;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MicrometerMetricsTest {
  private static final Topic<Order> ORDERED = Topic.of("ordered", Order.class);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final MicrometerMetrics metrics = new MicrometerMetrics(registry);

  record Order(String id, String operation) {}

  @Test
  void listenersInMemoryAreCountedByTheNamesOfTheOriginal() {
    GalaConfig config =
        GalaConfig.builder().dispatchMode(DispatchMode.IN_MEMORY).metrics(metrics).build();
    try (Gala gala = Gala.create(config)) {
      gala.register(
          List.of(
              Definition.builder(ORDERED, "works").handler((order, ctx) -> {}).build(),
              Definition.builder(ORDERED, "closed")
                  .gate((order, ctx) -> false)
                  .handler((order, ctx) -> {})
                  .build(),
              Definition.builder(ORDERED, "fails")
                  .handler(
                      (order, ctx) -> {
                        throw new IllegalStateException("no");
                      })
                  .build()));
      gala.emit(ORDERED, new Order("o-1", "create"));
      gala.emit(ORDERED, new Order("o-2", "create"));
      gala.emit(ORDERED, new Order("o-3", "delete"));
    }
    assertThat(lines())
        .contains(
            deliveries("works", "create", 2),
            deliveries("works", "delete", 1),
            deliveries("fails", "create", 2),
            "gala_listener_failures_total{listener=\"fails\",operation=\"create\",topic=\"ordered\"} 2.0",
            "gala_listener_failures_total{listener=\"works\",operation=\"create\",topic=\"ordered\"} 0.0",
            "gala_listener_gated_total{listener=\"closed\",topic=\"ordered\"} 3.0",
            "gala_listener_duration_seconds_count{listener=\"works\",operation=\"create\",topic=\"ordered\"}"
                + " 2")
        .noneMatch(line -> line.contains("deliveries") && line.contains("closed"));
  }

  @Test
  void storedEventsAreCountedToo() throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      GalaConfig config =
          GalaConfig.builder()
              .url(database.url())
              .runMigrations(true)
              .metrics(metrics)
              .missingListenerGrace(Duration.ZERO)
              .build();
      try (Gala gala = Gala.create(config)) {
        var handled = new CompletableFuture<String>();
        gala.on(ORDERED, "works", (order, ctx) -> handled.complete(order.id()));
        gala.startWorkers();
        gala.emit(ORDERED, new Order("o-1", "create"));
        assertThat(handled.get(30, TimeUnit.SECONDS)).isEqualTo("o-1");
      }
    }
    assertThat(lines()).contains(deliveries("works", "create", 1));
  }

  @Test
  void listenersThatNobodyAttachedAreCounted() {
    metrics.missing("ordered", "elsewhere");
    metrics.missing("ordered", "");
    assertThat(lines())
        .contains(
            "gala_listener_missing_total{listener=\"elsewhere\",topic=\"ordered\"} 1.0",
            "gala_listener_missing_total{listener=\"\",topic=\"ordered\"} 1.0");
  }

  @Test
  void poolsOfOneNameAreCountedTogetherUntilTheLastIsClosed() throws Exception {
    try (Pool one = Pool.builder().name("mail").build();
        Pool other = Pool.builder().name("mail").build()) {
      Runnable first = metrics.opened(one);
      Runnable second = metrics.opened(other);
      var begun = new CompletableFuture<Void>();
      var goOn = new CompletableFuture<Void>();
      one.submitAllAndWait(List.of(() -> 1, () -> 2));
      other.submit(
          () -> {
            begun.complete(null);
            goOn.join();
          });
      begun.get(30, TimeUnit.SECONDS);
      assertThat(lines())
          .contains(
              "gala_pool_running_workers{pool=\"mail\"} 1.0",
              "gala_pool_waiting_tasks{pool=\"mail\"} 0.0",
              "gala_pool_submitted_tasks_total{pool=\"mail\"} 3.0",
              "gala_pool_completed_tasks_total{pool=\"mail\"} 2.0",
              "gala_pool_failed_tasks_total{pool=\"mail\"} 0.0");
      goOn.complete(null);
      second.run();
      second.run();
      // A counter does not fall.
      assertThat(lines()).contains("gala_pool_submitted_tasks_total{pool=\"mail\"} 3.0");
      first.run();
      first.run();
      assertThat(lines()).noneMatch(line -> line.contains("gala_pool"));
    }
  }

  @Test
  void operationsThatAreTooManyAreCountedTogether() {
    for (int i = 0; i < MicrometerMetrics.MOST_OPERATIONS + 20; i++) {
      metrics.delivered(
          new ListenerCall("ordered", "works", "operation " + i, Duration.ofMillis(1), false));
    }
    assertThat(lines())
        .contains(
            deliveries("works", "operation 0", 1),
            deliveries("works", MicrometerMetrics.OTHER_OPERATIONS, 20))
        .filteredOn(line -> line.startsWith("gala_listener_deliveries_total"))
        .hasSize(MicrometerMetrics.MOST_OPERATIONS + 1);
  }

  private static String deliveries(String listener, String operation, int count) {
    return "gala_listener_deliveries_total{listener=\"%s\",operation=\"%s\",topic=\"ordered\"} %d.0"
        .formatted(listener, operation, count);
  }

  private List<String> lines() {
    return registry.scrape().lines().toList();
  }
}
