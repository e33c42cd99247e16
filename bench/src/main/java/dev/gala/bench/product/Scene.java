package dev.gala.bench.product;

import dev.gala.bench.load.Handled;
import dev.gala.bench.load.Round;
import dev.gala.bench.load.Situation;
import dev.gala.bench.load.Sizes;
import dev.gala.bench.product.ProductLine.Form;
import dev.gala.bench.server.BenchDatabase;
import dev.gala.bench.server.Databases;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A database with something in the way, kept while it is measured in. */
final class Scene implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Situation situation;
  private final boolean latency;
  private final Databases databases;
  private final String name;
  private final BenchDatabase database;
  private @Nullable Connection snapshot;

  private Scene(
      Situation situation,
      boolean latency,
      Databases databases,
      String name,
      BenchDatabase database) {
    this.situation = situation;
    this.latency = latency;
    this.databases = databases;
    this.name = name;
    this.database = database;
  }

  static Scene prepare(
      Product product, Databases databases, Situation situation, boolean latency, Sizes sizes)
      throws Exception {
    String name = product.info().id() + "-scale";
    var scene = new Scene(situation, latency, databases, name, databases.create(name));
    try {
      product.install(scene.database);
      if (situation == Situation.SNAPSHOT) {
        scene.holdSnapshot(product, sizes);
      } else {
        product.fill(scene.database, situation, sizes.scaleRows(), latency);
      }
      return scene;
    } catch (Exception e) {
      scene.close();
      throw e;
    }
  }

  boolean is(Situation wanted, boolean forLatency) {
    return situation == wanted && (situation != Situation.WAITING || latency == forLatency);
  }

  BenchDatabase database() {
    return database;
  }

  /** Lets go of the snapshot and drops the database. */
  @Override
  public void close() {
    try {
      if (snapshot != null) {
        snapshot.close();
      }
      databases.drop(name);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot drop the database " + name, e);
    }
  }

  private void holdSnapshot(Product product, Sizes sizes) throws Exception {
    Connection connection = database.connect();
    snapshot = connection;
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (Statement statement = connection.createStatement()) {
      statement.execute("select count(*) from pg_class");
    }
    var stage =
        new Stage(product, Form.APART, database, product.tunings().getFirst(), new Round(1, sizes));
    Working.fill(stage, sizes.snapshotEvents(), 1);
    var handled = new Handled(sizes.snapshotEvents());
    try (Client worker = stage.open(Role.worker(event -> handled.one(), 1))) {
      worker.start();
      handled.await(PATIENCE);
    }
  }
}
