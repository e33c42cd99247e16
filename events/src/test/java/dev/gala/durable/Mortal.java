package dev.gala.durable;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.Topic;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A worker in a process of its own, which dies at a step. */
final class Mortal implements AutoCloseable {
  /** What the first listener emits in its transaction. */
  static final Topic<String> CHILD = Topic.of("child", String.class);

  /** What the plain listener emits once. */
  static final Topic<String> ONCE = Topic.of("once", String.class);

  private final Program program;
  private final Process process;

  private Mortal(Program program, Process process) {
    this.program = program;
    this.process = process;
  }

  /**
   * A worker.
   *
   * @param step where it dies
   * @param occurrence at which occurrence of it; 0 for never
   */
  static Mortal start(Program program, String jdbcUrl, String step, int occurrence)
      throws Exception {
    return new Mortal(
        program, program.start(Mortal.class, jdbcUrl, step, String.valueOf(occurrence)));
  }

  /** Waits for its death. */
  void awaitDeath() throws Exception {
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 9) {
      throw new AssertionError("it was not killed: " + Files.readString(program.said()));
    }
  }

  /** Lets it end properly, if it lives. */
  @Override
  public void close() throws Exception {
    process.getOutputStream().close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it does not end");
    }
  }

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
                    .fetchCooldown(Duration.ofMillis(10))
                    .fetchPollInterval(Duration.ofMillis(100))
                    .build())) {
      attach(gala, steps);
      gala.startWorkers();
      System.in.readAllBytes();
    }
  }

  private static void attach(Gala gala, Steps steps) {
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          steps.reached("in handler");
          Steps.effect(connection, event.id(), "charge");
          context.emit(CHILD, event.id());
          steps.reached("end of handler");
        });
    gala.on(
        Order.PLACED,
        "plain",
        (event, context) -> {
          context.emitOnce("once", ONCE, event.id());
          steps.reached("after plain");
          if (context.attempt() == 1 && event.amount() % 3 == 0) {
            throw new IllegalStateException("the first time");
          }
        });
    gala.onTransactional(
        Order.PLACED,
        "book",
        (event, context, connection) -> Steps.effect(connection, event.id(), "book"));
    gala.onTransactional(
        CHILD, "child", (event, context, connection) -> Steps.effect(connection, event, "child"));
    gala.onTransactional(
        ONCE, "once", (event, context, connection) -> Steps.effect(connection, event, "once"));
  }
}
