package dev.gala.cli.demo;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One run of the demonstration. */
final class Demo {
  private static final DateTimeFormatter RUN =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss_SSS").withZone(ZoneOffset.UTC);
  private static final int CONNECTIONS = 8;
  private static final long LOOK_EVERY_MILLIS = 100;

  private final DemoOptions options;
  private final PrintWriter out;
  private final ProgressBar progress;
  private final String run = RUN.format(Instant.now());
  private final String queue = "demo_" + run;
  private final DemoStore store = new DemoStore("gala_demo_" + run);

  Demo(DemoOptions options, PrintWriter out, ProgressBar progress) {
    this.options = options;
    this.out = out;
    this.progress = progress;
  }

  DemoReport run() throws Exception {
    List<Commit> history = GitHistory.read(options.repository());
    int count = options.events() == null ? history.size() : options.events();
    try (DemoDatabase database = DemoDatabase.open(options.database())) {
      database.river().migrator().up();
      out.println("Gala demonstration");
      line("history", options.repository() + ", " + history.size() + " commits");
      line("database", database.describe());
      out.flush();
      return run(database, new CommitEmitter.History(history, count));
    }
  }

  private DemoReport run(DemoDatabase database, CommitEmitter.History history) throws Exception {
    Path folder = Files.createTempDirectory("gala-demo-");
    try (var connections = new ConnectionPool(database.river()::openConnection, CONNECTIONS);
        var changelog = new Changelog(folder.resolve("CHANGELOG.txt"))) {
      connections.inTransaction(store::create);
      DemoReport report = emitAndHandle(database, connections, changelog, history);
      List<String> authors = connections.ask(store::topAuthors);
      out.print(report.summary());
      line("authors", "most commits by " + String.join(", ", authors));
      if (options.keep()) {
        sayWhereToLook(database, changelog);
      } else {
        connections.inTransaction(connection -> store.drop(connection, queue));
        delete(changelog.file(), folder);
      }
      out.println(report.lastLine());
      out.flush();
      return report;
    }
  }

  private DemoReport emitAndHandle(
      DemoDatabase database,
      ConnectionPool connections,
      Changelog changelog,
      CommitEmitter.History history)
      throws Exception {
    var latencies = new Latencies(history.events());
    GalaConfig config =
        GalaConfig.builder()
            .database(database.river())
            .queueName(queue)
            .workerCount(options.workers())
            .pollOnly(options.pollOnly())
            .build();
    try (Gala gala = Gala.create(config)) {
      new DemoListeners(store, connections, changelog, latencies).attachTo(gala);
      gala.startWorkers();
      long start = System.nanoTime();
      var emitter = new CommitEmitter(gala, store, latencies);
      emitter.emitAll(history, database.river()::openConnection, progress);
      Duration emitting = Duration.ofNanos(System.nanoTime() - start);
      awaitAllHandled(connections, history.events());
      Duration whole = Duration.ofNanos(System.nanoTime() - start);
      gala.stopWorkers();
      progress.clear();
      return new DemoReport(
          new HashSet<>(connections.ask(store::eventIds)),
          deliveries(connections, changelog),
          connections.ask(connection -> store.retries(connection, queue)),
          emitting,
          whole,
          latencies.percentileMillis(50),
          latencies.percentileMillis(99));
    }
  }

  /** Waits until no job of this run's queue is left: each ended, well or not. */
  private void awaitAllHandled(ConnectionPool connections, int events)
      throws SQLException, InterruptedException {
    long left = liveJobs(connections);
    while (left > 0) {
      progress.show("handling", events - left, events);
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
      left = liveJobs(connections);
    }
    progress.show("handling", events, events);
  }

  private long liveJobs(ConnectionPool connections) throws SQLException, InterruptedException {
    return connections.ask(connection -> store.liveJobs(connection, queue));
  }

  private Map<String, List<String>> deliveries(ConnectionPool connections, Changelog changelog)
      throws SQLException, InterruptedException {
    Map<String, List<String>> deliveries = new LinkedHashMap<>();
    for (String listener : List.of(DemoListeners.STATISTICS, DemoListeners.EVERY_TWENTIETH)) {
      deliveries.put(
          listener, connections.ask(connection -> store.deliveries(connection, listener)));
    }
    deliveries.put(DemoListeners.CHANGELOG, changelog.eventIds());
    return deliveries;
  }

  private void sayWhereToLook(DemoDatabase database, Changelog changelog) {
    String stop = database.keepRunning();
    line("look", "psql '" + database.url() + "'");
    line("", "tables in schema " + store.schema() + ", jobs in river_job");
    line("", changelog.file().toString());
    if (stop != null) {
      line("stop", stop);
    }
  }

  private void line(String label, String text) {
    out.printf(Locale.ROOT, "  %-9s %s%n", label, text);
  }

  private static void delete(Path... paths) throws IOException {
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
