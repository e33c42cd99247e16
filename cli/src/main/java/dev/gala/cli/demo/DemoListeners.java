package dev.gala.cli.demo;

import dev.gala.Gala;
import dev.gala.event.HandlerContext;
import dev.gala.event.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The three listeners of the demonstration, and the records they keep. */
final class DemoListeners implements AutoCloseable {
  static final Topic<CommitRecorded> COMMIT_RECORDED =
      Topic.of("demo.commit.recorded", CommitRecorded.class);

  static final String STATISTICS = "author-statistics";
  static final String CHANGELOG = "changelog";
  static final String EVERY_TWENTIETH = "fails-every-20th";
  static final int COUNT = 3;

  private final DemoStore store;
  private final DemoConnections connections;
  private final EventFile changelog;
  private final EventFile record;
  private final RunClock clock;

  DemoListeners(DemoStore store, DemoConnections connections, Path folder, RunClock clock)
      throws IOException {
    this.store = store;
    this.connections = connections;
    this.changelog = new EventFile(folder.resolve("CHANGELOG.txt"));
    this.record = new EventFile(folder.resolve(EVERY_TWENTIETH + ".txt"));
    this.clock = clock;
  }

  void attachTo(Gala gala) {
    gala.on(COMMIT_RECORDED, STATISTICS, this::countAuthor);
    gala.on(COMMIT_RECORDED, CHANGELOG, this::addToChangelog);
    gala.on(COMMIT_RECORDED, EVERY_TWENTIETH, this::failAtFirst);
  }

  /** For each listener the ids of the events it handled, as often as it did. */
  Map<String, List<String>> deliveries() throws SQLException, IOException, InterruptedException {
    Map<String, List<String>> deliveries = new LinkedHashMap<>();
    deliveries.put(STATISTICS, connections.ask(store::deliveries));
    deliveries.put(CHANGELOG, changelog.eventIds());
    deliveries.put(EVERY_TWENTIETH, record.eventIds());
    return deliveries;
  }

  /** The files the listeners write. */
  List<Path> files() {
    return List.of(changelog.file(), record.file());
  }

  private void countAuthor(CommitRecorded commit, HandlerContext context) throws Exception {
    clock.entered(commit.number());
    String id = context.envelope().id().value();
    connections.run(slot -> store.countAuthor(slot, commit, id, context.attempt()));
    clock.handled(context.attempt());
  }

  private void addToChangelog(CommitRecorded commit, HandlerContext context) throws IOException {
    clock.entered(commit.number());
    String sha = commit.sha().substring(0, Math.min(10, commit.sha().length()));
    changelog.add(
        context.envelope().id().value(),
        sha + " " + commit.subject() + " (" + commit.author() + ")");
    clock.handled(context.attempt());
  }

  private void failAtFirst(CommitRecorded commit, HandlerContext context) throws IOException {
    clock.entered(commit.number());
    if (commit.number() % 20 == 0 && context.attempt() == 1) {
      throw new IllegalStateException("event " + commit.number() + " fails once, on purpose");
    }
    record.add(context.envelope().id().value(), "at attempt " + context.attempt());
    clock.handled(context.attempt());
  }

  @Override
  public void close() {
    try (changelog) {
      record.close();
    }
  }
}
