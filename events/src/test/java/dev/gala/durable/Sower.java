package dev.gala.durable;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.river.job.HeartbeatConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** A process that emits and works what it emits, and dies at a step. */
final class Sower {
  /** So many are emitted before it counts as immortal. */
  private static final int MOST = 2_000;

  /** Fewer than there are slots: what has to wait for one is claimed. */
  private static final int ROOM = 2;

  private Sower() {}

  /**
   * The process: the database, the step, its occurrence, what its events are called, and the file
   * that takes the names of those of which it was told that they are stored.
   */
  public static void main(String[] arguments) throws Exception {
    var steps = new Steps(arguments[1], Integer.parseInt(arguments[2]));
    var pool = new HikariConfig();
    pool.setJdbcUrl(arguments[0]);
    pool.setMaximumPoolSize(8);
    pool.setMinimumIdle(1);
    try (var connections = new HikariDataSource(pool);
        Gala gala = Gala.create(config().dataSource(steps.of(connections)).build())) {
      var room = new Semaphore(ROOM);
      attach(gala, steps, room::release);
      gala.startWorkers();
      for (int i = 0; i < MOST; i++) {
        room.acquire();
        String name = arguments[3] + "-" + i;
        gala.emit(Order.PLACED, new Order(name, i));
        Files.writeString(
            Path.of(arguments[4]),
            name + "\n",
            StandardCharsets.UTF_8,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      }
    }
  }

  /** Whoever is killed is missed soon. */
  static GalaConfig.Builder config() {
    return GalaConfig.builder()
        .workerCount(4)
        .transactionConnections(3)
        .heartbeat(HeartbeatConfig.ofTtl(Duration.ofSeconds(3)))
        .fetchCooldown(Duration.ofMillis(10))
        .fetchPollInterval(Duration.ofMillis(100));
  }

  static void attach(Gala gala, Steps steps, Runnable handled) {
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          steps.reached("in handler");
          Steps.effect(connection, event.id(), "charge");
          steps.reached("end of handler");
        });
    gala.on(
        Order.PLACED,
        "plain",
        (event, context) -> {
          steps.reached("after plain");
          handled.run();
        });
  }
}
