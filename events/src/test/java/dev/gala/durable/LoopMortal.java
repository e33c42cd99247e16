package dev.gala.durable;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.Definition;
import dev.gala.event.Loop;
import dev.gala.event.Topic;
import dev.gala.river.job.HeartbeatConfig;
import dev.gala.schedule.Schedule;
import dev.gala.schedule.ScheduleState;
import java.time.Duration;
import java.util.List;

/** A process with a loop, which dies at a step. */
final class LoopMortal {
  /** A run. */
  record Sync(String customer, ScheduleState schedule) {
    Sync at(ScheduleState state) {
      return new Sync(customer, state);
    }
  }

  private static final Topic<Sync> SYNC =
      Topic.of("sync", Sync.class).uniqueBy(sync -> "sync:" + sync.customer());

  private LoopMortal() {}

  /** The process: the database, the step and its occurrence. */
  public static void main(String[] arguments) throws Exception {
    var steps = new Steps(arguments[1], Integer.parseInt(arguments[2]));
    var pool = new HikariConfig();
    pool.setJdbcUrl(arguments[0]);
    pool.setMaximumPoolSize(8);
    pool.setMinimumIdle(1);
    try (var connections = new HikariDataSource(pool);
        Gala gala =
            Gala.create(
                GalaConfig.builder()
                    .dataSource(steps.of(connections))
                    .workerCount(4)
                    .transactionConnections(3)
                    .heartbeat(HeartbeatConfig.ofTtl(Duration.ofSeconds(5)))
                    .fetchCooldown(Duration.ofMillis(10))
                    .fetchPollInterval(Duration.ofMillis(100))
                    .build())) {
      gala.register(List.of(Definition.ofLoop(SYNC, "loop", loop(steps))));
      gala.startWorkers();
      System.in.readAllBytes();
    }
  }

  private static Loop<Sync> loop(Steps steps) {
    return Loop.of(
            Schedule.defaults(),
            Sync::schedule,
            Sync::at,
            (sync, context) -> {
              steps.reached("in handler");
              if (sync.schedule().cycle() % 3 == 2) {
                throw new IllegalStateException("every third run fails");
              }
              return 1;
            })
        .seededWith(List.of(new Sync("c-1", ScheduleState.initial())));
  }
}
