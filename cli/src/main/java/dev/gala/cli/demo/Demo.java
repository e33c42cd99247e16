package dev.gala.cli.demo;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.cli.input.EndRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/** One run of the demonstration. */
final class Demo {
  private static final DateTimeFormatter RUN =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss_SSS").withZone(ZoneOffset.UTC);
  private static final int CONNECTIONS = 8;
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration LOOK_AT_THE_END_EVERY = Duration.ofMillis(20);

  /** So long may nothing at all happen before the rest is given up. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final DemoOptions options;
  private final PrintWriter out;
  private final ProgressBar progress;
  private final EndRequest end;
  private final DemoStore store;

  Demo(DemoOptions options, PrintWriter out, ProgressBar progress, EndRequest end) {
    this.options = options;
    this.out = out;
    this.progress = progress;
    this.end = end;
    String run = RUN.format(Instant.now());
    this.store = new DemoStore("gala_demo_" + run, "demo_" + run);
  }

  /**
   * Runs it.
   *
   * @throws InterruptedException if it was told to end; everything is cleaned up then
   */
  DemoReport run() throws Exception {
    List<Commit> commits = new GitHistory("git", options.repository()).read();
    int events = options.events() == null ? commits.size() : options.events();
    try (DemoDatabase database = DemoDatabase.open(options.database())) {
      database.river().migrator().up();
      out.println("Gala demonstration");
      line(
          "history",
          String.format(Locale.ROOT, "%s, %,d commits", options.repository(), commits.size()));
      line("database", database.describe());
      out.flush();
      return run(database, new CommitEmitter.History(commits, events));
    }
  }

  private DemoReport run(DemoDatabase database, CommitEmitter.History history) throws Exception {
    end.cleanUpFirst();
    try (var rooms = DemoRooms.open(database, store);
        var connections = new DemoConnections(database.river()::openConnection, CONNECTIONS)) {
      var clock = new RunClock(history.events());
      try (var listeners = new DemoListeners(store, connections, rooms.folder(), clock)) {
        emitAndHandle(database, connections, listeners, new Course(history, clock));
        DemoReport report = report(connections, listeners, clock);
        out.print(report.summary());
        line("authors", "most commits by " + String.join(", ", connections.ask(store::topAuthors)));
        if (options.keep()) {
          rooms.keep();
          sayWhereToLook(database, listeners.files());
        }
        out.println(report.lastLine());
        out.flush();
        return report;
      }
    }
  }

  /** What is to be emitted, and the clock that follows it. */
  private record Course(CommitEmitter.History history, RunClock clock) {
    int events() {
      return history.events();
    }
  }

  private void emitAndHandle(
      DemoDatabase database, DemoConnections connections, DemoListeners listeners, Course course)
      throws SQLException, InterruptedException {
    GalaConfig config =
        GalaConfig.builder()
            .database(database.river())
            .queueName(store.queue())
            .workerCount(options.workers())
            .pollOnly(options.pollOnly())
            .build();
    try (Gala gala = Gala.create(config)) {
      listeners.attachTo(gala);
      gala.startWorkers();
      var pace = new CommitEmitter.Pace(options.rate(), end);
      var emitter = new CommitEmitter(gala, store, course.clock(), course.history(), pace);
      try {
        emitter.start(options.emitters(), database.river()::openConnection);
        awaitEmitted(emitter, course);
      } finally {
        emitter.await();
      }
      awaitHandled(connections, course);
      gala.stopWorkers();
    } finally {
      progress.clear();
    }
  }

  private void awaitEmitted(CommitEmitter emitter, Course course) throws InterruptedException {
    while (!emitter.isDone()) {
      pause(LOOK_EVERY);
      show(course);
    }
  }

  /** Waits until no job of this run is left: each ended, well or not. */
  private void awaitHandled(DemoConnections connections, Course course)
      throws SQLException, InterruptedException {
    long lastChange = System.nanoTime();
    long lastHandled = -1;
    while (connections.ask(store::liveJobs) > 0) {
      int handled = course.clock().handled();
      if (handled != lastHandled) {
        lastHandled = handled;
        lastChange = System.nanoTime();
      } else if (System.nanoTime() - lastChange > PATIENCE.toNanos()) {
        progress.clear();
        line("gave up", "nothing was handled for " + PATIENCE.toSeconds() + " s");
        return;
      }
      pause(LOOK_AT_THE_END_EVERY);
      show(course);
    }
  }

  private void pause(Duration time) throws InterruptedException {
    if (end.awaitUntil(System.nanoTime() + time.toNanos())) {
      throw new InterruptedException("told to end");
    }
  }

  private void show(Course course) {
    progress.show(
        course.clock().handled() / DemoListeners.COUNT,
        course.events(),
        String.format(Locale.ROOT, "handled, %,d emitted", course.clock().emitted()));
  }

  private DemoReport report(DemoConnections connections, DemoListeners listeners, RunClock clock)
      throws SQLException, IOException, InterruptedException {
    return new DemoReport(
        new HashSet<>(connections.ask(store::eventIds)),
        listeners.deliveries(),
        connections.ask(store::retries),
        clock.timings(),
        new DemoReport.Load(options.emitters(), options.rate()));
  }

  private void sayWhereToLook(DemoDatabase database, List<Path> files) {
    String stop = database.keepRunning();
    line("look", "psql '" + database.url() + "'");
    line("", store.question() + ";");
    line("", "select * from river_job where queue = '" + store.queue() + "';");
    files.forEach(file -> line("", file.toString()));
    if (stop != null) {
      line("stop", stop);
    }
  }

  private void line(String label, String text) {
    out.printf(Locale.ROOT, "  %-9s %s%n", label, text);
  }
}
