package dev.gala.cli.demo;

import dev.gala.Gala;
import dev.gala.event.HandlerContext;
import dev.gala.event.Topic;
import java.sql.SQLException;

/** The three listeners of the demonstration. */
final class DemoListeners {
  static final Topic<CommitRecorded> COMMIT_RECORDED =
      Topic.of("demo.commit.recorded", CommitRecorded.class);

  static final String STATISTICS = "author-statistics";
  static final String CHANGELOG = "changelog";
  static final String EVERY_TWENTIETH = "fails-every-20th";

  private final DemoStore store;
  private final ConnectionPool connections;
  private final Changelog changelog;
  private final Latencies latencies;

  DemoListeners(
      DemoStore store, ConnectionPool connections, Changelog changelog, Latencies latencies) {
    this.store = store;
    this.connections = connections;
    this.changelog = changelog;
    this.latencies = latencies;
  }

  void attachTo(Gala gala) {
    gala.on(COMMIT_RECORDED, STATISTICS, this::countAuthor);
    gala.on(COMMIT_RECORDED, CHANGELOG, this::addToChangelog);
    gala.on(COMMIT_RECORDED, EVERY_TWENTIETH, this::failAtFirst);
  }

  private void countAuthor(CommitRecorded commit, HandlerContext context) throws Exception {
    latencies.entered(commit.number());
    connections.inTransaction(
        connection -> {
          store.countAuthor(connection, commit);
          store.insertDelivery(connection, delivery(context, STATISTICS));
        });
  }

  private void addToChangelog(CommitRecorded commit, HandlerContext context) throws Exception {
    latencies.entered(commit.number());
    changelog.add(context.envelope().id().value(), commit);
  }

  private void failAtFirst(CommitRecorded commit, HandlerContext context)
      throws SQLException, InterruptedException {
    latencies.entered(commit.number());
    if (commit.number() % 20 == 0 && context.attempt() == 1) {
      throw new IllegalStateException("event " + commit.number() + " fails once, on purpose");
    }
    connections.inTransaction(
        connection -> store.insertDelivery(connection, delivery(context, EVERY_TWENTIETH)));
  }

  private static DemoStore.Delivery delivery(HandlerContext context, String listener) {
    return new DemoStore.Delivery(context.envelope().id().value(), listener, context.attempt());
  }
}
