package dev.gala.bench.peer;

import com.zaxxer.hikari.HikariDataSource;
import dev.gala.bench.load.Event;
import dev.gala.bench.load.Line;
import dev.gala.bench.load.Skipped;
import dev.gala.bench.product.Client;
import dev.gala.bench.product.EventHandler;
import dev.gala.bench.product.Product;
import dev.gala.bench.product.ProductLine;
import dev.gala.bench.product.Role;
import dev.gala.bench.server.BenchDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jobrunr.jobs.filters.RetryFilter;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.jackson3.Jackson3JsonMapper;
import org.jspecify.annotations.Nullable;

/** JobRunr's open-source edition, with as many workers as its documentation advises. */
final class JobRunrProduct implements Product {
  static final String ID = "jobrunr";

  private static final String WORKERS = "workers";
  private static final int CONNECTIONS = 20;
  private static final Duration POLL = Duration.ofSeconds(5);

  @Override
  public Line.Info info() {
    return new Line.Info(
        ID,
        "JobRunr (open source)",
        Versions.of(ID),
        ProductLine.settings(
            List.of(
                "connections", String.valueOf(CONNECTIONS),
                "poll interval", "5 s, the least it advises",
                "threads", "virtual (default)",
                "data", "JSON")));
  }

  @Override
  public List<Tuning> tunings() {
    int processors = Runtime.getRuntime().availableProcessors();
    return List.of(
        new Tuning("default", Map.of(WORKERS, processors * 16)),
        new Tuning("wide", Map.of(WORKERS, processors * 64)));
  }

  @Override
  public void install(BenchDatabase database) {
    try (HikariDataSource pool = database.pool(2)) {
      new PostgresStorageProvider(pool);
    }
  }

  @Override
  public void clear(BenchDatabase database) throws SQLException {
    database.execute("truncate jobrunr_jobs, jobrunr_backgroundjobservers");
  }

  @Override
  public long unfinished(BenchDatabase database) throws SQLException {
    return database.number("select count(*) from jobrunr_jobs where state <> 'SUCCEEDED'");
  }

  @Override
  public Client open(BenchDatabase database, Role role, Tuning tuning) {
    HikariDataSource pool = database.pool(CONNECTIONS);
    var json = new Jackson3JsonMapper();
    var storage = new PostgresStorageProvider(pool);
    storage.setJobMapper(new JobMapper(json));
    BackgroundJobServer server = null;
    EventHandler handler = role.handler();
    if (handler != null) {
      var requests = new Requests(handler);
      server =
          new BackgroundJobServer(
              storage,
              json,
              new Activator(requests),
              BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                  .andPollInterval(POLL)
                  .andWorkerCount(tuning.get(WORKERS)));
      // Its first pause after a failure is this to the power of the failures, in seconds.
      server.setJobFilters(List.of(new RetryFilter(10, 1)));
    }
    return new JobRunrClient(
        new JobRequestScheduler(storage), server, storage, pool, role.listeners());
  }

  @Override
  public Class<?> startupMain() {
    return StartupProcess.class;
  }

  /** The event as it stands in the job; public with plain members, as its mapper needs it. */
  public record Request(int number, String account, long cents, String note) implements JobRequest {
    static Request of(Event event) {
      return new Request(event.number(), event.account(), event.cents(), event.note());
    }

    Event event() {
      return new Event(number, account, cents, note);
    }

    @Override
    public Class<Requests> getJobRequestHandler() {
      return Requests.class;
    }
  }

  /** Its handler. */
  public static final class Requests implements JobRequestHandler<Request> {
    private final EventHandler handler;

    Requests(EventHandler handler) {
      this.handler = handler;
    }

    @Override
    public void run(Request request) throws Exception {
      handler.handle(request.event());
    }
  }

  private record Activator(Requests requests) implements JobActivator {
    @Override
    public <T> T activateJob(Class<T> type) {
      return type.cast(requests);
    }
  }

  private record JobRunrClient(
      JobRequestScheduler scheduler,
      @Nullable BackgroundJobServer server,
      PostgresStorageProvider storage,
      HikariDataSource pool,
      int listeners)
      implements Client {

    @Override
    public void emit(Event event) {
      scheduler.enqueue(Request.of(event));
    }

    /** It has no listeners: a job for each. */
    @Override
    public void emitAll(List<Event> events) {
      Stream<Request> requests =
          events.stream()
              .flatMap(event -> IntStream.range(0, listeners).mapToObj(i -> Request.of(event)));
      scheduler.enqueue(requests);
    }

    @Override
    public void emitIn(Connection connection, Event event) throws Skipped {
      throw new Skipped("transactions of the application's: in its commercial edition only");
    }

    @Override
    public void start() {
      if (server != null) {
        server.start();
      }
    }

    @Override
    public void close() {
      if (server != null) {
        server.stop();
      }
      storage.close();
      pool.close();
    }
  }
}
