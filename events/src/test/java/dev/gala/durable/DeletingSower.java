package dev.gala.durable;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gala.Gala;
import dev.gala.event.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;

/**
 * A process that emits events of which nothing is left when they are handled, works them, and dies
 * at a step.
 */
final class DeletingSower {
  /** The topic. */
  static final Topic<Order> PLACED = Order.PLACED.deleteOnCompletion();

  private static final int MOST = 2_000;
  private static final int ROOM = 2;

  /** Which listener is the last, and so how a job is deleted. */
  enum Last {
    /** By the statement that ends many attempts. */
    PLAIN,
    /** In the listener's transaction. */
    TRANSACTIONAL
  }

  private DeletingSower() {}

  /**
   * The process: the database, the step, its occurrence, what its events are called, the file that
   * takes the names of those of which it was told that they are stored, and who is last.
   */
  public static void main(String[] arguments) throws Exception {
    var steps = new Steps(arguments[1], Integer.parseInt(arguments[2]));
    var pool = new HikariConfig();
    pool.setJdbcUrl(arguments[0]);
    pool.setMaximumPoolSize(8);
    pool.setMinimumIdle(1);
    try (var connections = new HikariDataSource(pool);
        Gala gala = Gala.create(Sower.config().dataSource(steps.of(connections)).build())) {
      var room = new Semaphore(ROOM);
      var listeners = new Listeners(steps, connections, arguments[3], room::release);
      listeners.attach(gala, Last.valueOf(arguments[5]));
      gala.startWorkers();
      for (int i = 0; i < MOST; i++) {
        room.acquire();
        String name = arguments[3] + "-" + i;
        gala.emit(PLACED, new Order(name, i));
        Files.writeString(
            Path.of(arguments[4]),
            name + "\n",
            StandardCharsets.UTF_8,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      }
    }
  }

  /**
   * Two listeners, each of which leaves a row for each run; the plain one's says in which process.
   *
   * @param steps what is told of steps
   * @param connections of the plain one
   * @param process its name
   * @param handled is told when the plain one has run
   */
  record Listeners(Steps steps, DataSource connections, String process, Runnable handled) {
    void attach(Gala gala, Last last) {
      if (last == Last.PLAIN) {
        attachTransactional(gala);
        attachPlain(gala);
      } else {
        attachPlain(gala);
        attachTransactional(gala);
      }
    }

    private void attachTransactional(Gala gala) {
      gala.onTransactional(
          PLACED,
          "charge",
          (event, context, connection) -> {
            steps.reached("in handler");
            Steps.effect(connection, event.id(), "charge");
          });
    }

    private void attachPlain(Gala gala) {
      gala.on(
          PLACED,
          "plain",
          (event, context) -> {
            try (Connection own = connections.getConnection()) {
              Steps.effect(own, event.id(), "plain " + process);
            }
            steps.reached("after plain");
            handled.run();
          });
    }
  }
}
