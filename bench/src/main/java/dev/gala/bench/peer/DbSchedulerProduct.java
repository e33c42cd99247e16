package dev.gala.bench.peer;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import dev.gala.bench.json.EventJson;
import dev.gala.bench.load.Event;
import dev.gala.bench.load.Line;
import dev.gala.bench.product.Client;
import dev.gala.bench.product.EventHandler;
import dev.gala.bench.product.Product;
import dev.gala.bench.product.ProductLine;
import dev.gala.bench.product.Role;
import dev.gala.bench.server.BenchDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** db-scheduler, set for throughput as its documentation says. */
final class DbSchedulerProduct implements Product {
  static final String ID = "db-scheduler";

  private static final String TASK = "order-confirmed";
  private static final String THREADS = "threads";
  private static final String LOWER = "lowerLimitPercentOfThreads";
  private static final String UPPER = "upperLimitPercentOfThreads";
  private static final int CONNECTIONS = 20;

  /** Its table and indexes for PostgreSQL, with what its documentation asks for. */
  private static final String[] TABLE = {
    """
    create table scheduled_tasks (
      task_name text not null,
      task_instance text not null,
      task_data bytea,
      execution_time timestamp with time zone not null,
      picked boolean not null,
      picked_by text,
      last_success timestamp with time zone,
      last_failure timestamp with time zone,
      consecutive_failures int,
      last_heartbeat timestamp with time zone,
      version bigint not null,
      priority smallint,
      primary key (task_name, task_instance))
    """,
    "create index execution_time_idx on scheduled_tasks (execution_time)",
    "create index last_heartbeat_idx on scheduled_tasks (last_heartbeat)"
  };

  @Override
  public Line.Info info() {
    return new Line.Info(
        ID,
        "db-scheduler",
        Versions.of("db-scheduler"),
        ProductLine.settings(
            List.of(
                "connections", String.valueOf(CONNECTIONS),
                "polling", "lock and fetch, every 100 ms",
                "immediate execution", "on",
                "data", "JSON")));
  }

  @Override
  public List<Tuning> tunings() {
    return List.of(
        new Tuning("usual", Map.of(THREADS, 20, LOWER, 50, UPPER, 100)),
        new Tuning("throughput", Map.of(THREADS, 20, LOWER, 100, UPPER, 400)),
        new Tuning("wide", Map.of(THREADS, 50, LOWER, 100, UPPER, 400)));
  }

  @Override
  public void install(BenchDatabase database) throws SQLException {
    database.execute(TABLE);
  }

  @Override
  public void clear(BenchDatabase database) throws SQLException {
    database.execute("truncate scheduled_tasks");
  }

  @Override
  public long unfinished(BenchDatabase database) throws SQLException {
    return database.number("select count(*) from scheduled_tasks");
  }

  @Override
  public Client open(BenchDatabase database, Role role, Tuning tuning) {
    HikariDataSource pool = database.pool(CONNECTIONS);
    EventHandler handler = role.handler();
    OneTimeTask<Event> task =
        Tasks.oneTime(TASK, Event.class)
            .onFailure(new FailureHandler.OnFailureRetryLater<>(Duration.ofSeconds(1)))
            .execute((instance, context) -> handle(handler, instance.getData()));
    if (handler == null) {
      var client = SchedulerClient.Builder.create(pool, task).serializer(new Json()).build();
      return new DbSchedulerClient(task, client, null, pool, role.listeners());
    }
    Scheduler scheduler =
        Scheduler.create(pool, task)
            .serializer(new Json())
            .threads(tuning.get(THREADS))
            .pollingInterval(Duration.ofMillis(100))
            .pollUsingLockAndFetch(tuning.get(LOWER) / 100.0, tuning.get(UPPER) / 100.0)
            .enableImmediateExecution()
            .build();
    return new DbSchedulerClient(task, scheduler, scheduler, pool, role.listeners());
  }

  @Override
  public Class<?> startupMain() {
    return StartupProcess.class;
  }

  private static void handle(@Nullable EventHandler handler, Event event) {
    try {
      if (handler != null) {
        handler.handle(event);
      }
    } catch (Exception e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private record DbSchedulerClient(
      OneTimeTask<Event> task,
      SchedulerClient client,
      @Nullable Scheduler scheduler,
      HikariDataSource pool,
      int listeners)
      implements Client {

    @Override
    public void emit(Event event) {
      if (listeners > 1) {
        emitAll(List.of(event));
      } else {
        client.scheduleIfNotExists(instance(event), Instant.now());
      }
    }

    /** It has no listeners: a task for each. */
    @Override
    public void emitAll(List<Event> events) {
      var instances = new ArrayList<TaskInstance<?>>(events.size() * listeners);
      for (Event event : events) {
        for (int i = 0; i < listeners; i++) {
          instances.add(instance(event));
        }
      }
      client.scheduleBatch(instances, Instant.now());
    }

    /** As its documentation does with Spring: a data source that gives the open connection. */
    @Override
    public void emitIn(Connection connection, Event event) {
      SchedulerClient.Builder.create(new OpenConnection(connection), task)
          .serializer(new Json())
          .build()
          .scheduleIfNotExists(instance(event), Instant.now());
    }

    @Override
    public void start() {
      if (scheduler != null) {
        scheduler.start();
      }
    }

    @Override
    public void close() {
      if (scheduler != null) {
        scheduler.stop();
      }
      pool.close();
    }

    private TaskInstance<Event> instance(Event event) {
      return task.instance(UUID.randomUUID().toString(), event);
    }
  }

  private static final class Json implements Serializer {
    @Override
    public byte[] serialize(Object data) {
      return EventJson.encode(data);
    }

    @Override
    public <T> T deserialize(Class<T> type, byte[] bytes) {
      return EventJson.decode(type, bytes);
    }
  }
}
