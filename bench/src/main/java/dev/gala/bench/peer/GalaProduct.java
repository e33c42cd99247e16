package dev.gala.bench.peer;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.bench.load.Event;
import dev.gala.bench.load.Line;
import dev.gala.bench.load.Situation;
import dev.gala.bench.product.Client;
import dev.gala.bench.product.Elsewhere;
import dev.gala.bench.product.EventHandler;
import dev.gala.bench.product.Product;
import dev.gala.bench.product.ProductLine;
import dev.gala.bench.product.Role;
import dev.gala.bench.server.BenchDatabase;
import dev.gala.event.Emission;
import dev.gala.event.EmitOptions;
import dev.gala.event.Topic;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.Durability;
import dev.gala.river.job.SchemaProfile;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Gala, as an application uses it. */
public final class GalaProduct implements Product {
  static final String ID = "gala";
  static final Topic<Event> TOPIC = Topic.of("bench.order.confirmed", Event.class);

  private static final String WORKERS = "workers";
  private static final EmitOptions RELAXED =
      EmitOptions.builder().durability(Durability.RELAXED).build();

  /**
   * What an application may choose.
   *
   * @param relaxed whether emits wait for no disk
   * @param deletes whether events are deleted on completion
   * @param profile of the tables
   */
  public record Options(boolean relaxed, boolean deletes, SchemaProfile profile) {
    /** As it comes. */
    public static final Options NONE = new Options(false, false, SchemaProfile.RIVER);

    private Topic<Event> topic() {
      return deletes ? TOPIC.deleteOnCompletion() : TOPIC;
    }
  }

  private final Options options;

  GalaProduct() {
    this(Options.NONE);
  }

  /** With options. */
  public GalaProduct(Options options) {
    this.options = options;
  }

  @Override
  public Line.Info info() {
    return info(ID, "Gala: emitter and worker apart");
  }

  /** Under another name, for a runtime used in another way. */
  public static Line.Info info(String id, String title) {
    return new Line.Info(
        id,
        title,
        "this checkout",
        ProductLine.settings(
            List.of("connections", "8 (default)", "fetchCooldown", "100 ms (default)")));
  }

  @Override
  public List<Tuning> tunings() {
    return List.of(
        new Tuning("default", Map.of(WORKERS, 50)),
        new Tuning("wide", Map.of(WORKERS, 250)),
        new Tuning("widest", Map.of(WORKERS, 1_000)));
  }

  @Override
  public void install(BenchDatabase database) {
    try (RiverDatabase river = RiverDatabase.connect(database.url())) {
      river.migrator().up();
      river.migrator().applyProfile(options.profile());
    }
  }

  @Override
  public void clear(BenchDatabase database) throws SQLException {
    RiverTables.clear(database);
  }

  @Override
  public long unfinished(BenchDatabase database) throws SQLException {
    return RiverTables.unfinished(database);
  }

  @Override
  public void fill(BenchDatabase database, Situation situation, int rows, boolean latency)
      throws Exception {
    try (Client one = open(database, Role.emitter(1), tunings().getFirst())) {
      one.emit(Event.of(0));
    }
    RiverTables.fill(database, situation, rows, latency);
  }

  @Override
  public Client open(BenchDatabase database, Role role, Tuning tuning) {
    return open(database.url(), role, tuning.get(WORKERS), options);
  }

  static Client open(String url, Role role, int workers, Options options) {
    Topic<Event> topic = options.topic();
    Gala gala = Gala.create(GalaConfig.builder().url(url).workerCount(workers).build());
    EventHandler handler = role.handler();
    for (int i = 1; i <= role.listeners(); i++) {
      gala.on(
          topic,
          "listener-" + i,
          (event, context) -> {
            if (handler != null) {
              handler.handle(event);
            }
          });
    }
    return new GalaClient(gala, topic, options.relaxed() ? RELAXED : EmitOptions.none());
  }

  @Override
  public Elsewhere openElsewhere(BenchDatabase database, int events, Tuning tuning)
      throws IOException {
    return GalaWorkerProcess.start(database.url(), events, tuning.get(WORKERS));
  }

  @Override
  public boolean hearsOfEvents() {
    return true;
  }

  @Override
  public Class<?> startupMain() {
    return StartupProcess.class;
  }

  private record GalaClient(Gala gala, Topic<Event> topic, EmitOptions how) implements Client {
    @Override
    public void emit(Event event) {
      gala.emit(topic, event, how);
    }

    @Override
    public void emitAll(List<Event> events) {
      var emissions = new ArrayList<Emission<Event>>(events.size());
      for (Event event : events) {
        emissions.add(new Emission<>(topic, event, how));
      }
      gala.emitAll(emissions);
    }

    @Override
    public void emitIn(Connection connection, Event event) {
      gala.in(connection).emit(topic, event);
    }

    @Override
    public void start() {
      gala.startWorkers();
    }

    @Override
    public void close() {
      gala.close();
    }
  }
}
