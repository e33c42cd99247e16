package dev.gala.interop.adapter;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.HeartbeatConfig;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The client that works: its start, its stop, and what is known of it. */
final class WorkMethods implements AutoCloseable {
  private static final List<String> ALL_QUEUES = List.of("default");
  private static final int MAX_WORKERS = 4;
  private static final int EVENTS_KEPT = 100_000;

  private final Databases databases;
  private final Barriers barriers = Barriers.ofTheProcess();
  private Statistics statistics = new Statistics();
  private final Extras extras;
  private @Nullable Running running;

  /** A client that works, and its own connections. */
  private record Running(RiverClient client, RiverDatabase database, Thread counter) {}

  /** What a client is given besides what the suite asks for. */
  interface Extras {
    /** Adds to the configuration that these parameters made. */
    void configure(RiverConfig.Builder config, Params params);

    /** Who is told of the steps that jobs do. */
    ConformanceWorker.StepListener steps();
  }

  WorkMethods(Databases databases, Extras extras) {
    this.databases = databases;
    this.extras = extras;
  }

  Map<String, Method> all() {
    return Map.of(
        "start", this::start, "stop", this::stop, "stats", this::stats, "release", this::release);
  }

  private String start(Params params) {
    if (running != null) {
      throw new RpcException(RpcException.Code.REJECTED, "a client is started already: stop it");
    }
    var counted = new Statistics();
    statistics = counted;
    RiverConfig config = config(params);
    String schema = params.text("schema");
    RiverDatabase database =
        databases.forTheClient(
            schema == null || schema.isEmpty() ? null : schema, claimBarrier(params));
    try {
      RiverClient client = RiverClient.create(database, config);
      Subscription subscription = client.subscribe(Statistics.KINDS, EVENTS_KEPT);
      client.start();
      Thread counter =
          Thread.ofVirtual().name("adapter-events").start(() -> counted.count(subscription));
      running = new Running(client, database, counter);
    } catch (RiverException e) {
      database.close();
      throw e;
    }
    return Method.NOTHING;
  }

  private String stop(Params params) {
    end(params.flag("cancel"));
    return Method.NOTHING;
  }

  private String stats(Params params) {
    return statistics.json();
  }

  private String release(Params params) {
    barriers.release(params.required("name"));
    return Method.NOTHING;
  }

  @Override
  public void close() {
    end(true);
  }

  private void end(boolean cancel) {
    Running ending = running;
    if (ending == null) {
      return;
    }
    running = null;
    if (cancel) {
      ending.client().stopNow();
    }
    ending.client().close();
    ending.database().close();
    try {
      ending.counter().join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private RiverConfig config(Params params) {
    RiverConfig.Builder config =
        RiverConfig.builder()
            .id(params.required("client_id"))
            // The id is written as the suite gives it, and the suite's database has River's tables
            // alone.
            .heartbeat(HeartbeatConfig.disabled())
            .fetchOnlyKnownKinds(params.flag("fetch_only_known_kinds"))
            .pollOnly(params.flag("poll_only"))
            .jobTimeout(jobTimeout(params))
            .errorHandler(statistics.errorHandler(params.flag("error_handler_cancel")))
            .skipUnknownKindCheck(true)
            .plugin(statistics.plugin());
    Duration poll = params.millis("fetch_poll_interval_ms");
    if (poll != null) {
      config.fetchPollInterval(poll);
    }
    Duration retry = params.millis("retry_delay_ms");
    if (retry != null) {
      config.retryPolicy((job, now) -> now.plus(retry));
    }
    List<String> queues = params.texts("queues");
    int slots = params.small("max_workers", 0);
    for (String queue : queues.isEmpty() ? ALL_QUEUES : queues) {
      config.queue(queue, slots == 0 ? MAX_WORKERS : slots);
    }
    workers(config, params.texts("worker_kinds"));
    LeaderSettings.configure(config, params);
    extras.configure(config, params);
    return config.build();
  }

  /** None, unless it is asked for, or there is a time after which jobs count as stuck. */
  private static Duration jobTimeout(Params params) {
    Duration given = params.millis("job_timeout_ms");
    Duration rescue = params.millis("rescue_after_ms");
    return given != null ? given : rescue != null ? rescue : Duration.ZERO;
  }

  private void workers(RiverConfig.Builder config, List<String> kinds) {
    var worker = new ConformanceWorker(barriers, extras.steps());
    Map<String, JobType<ConformanceArgs>> known =
        Map.of(
            ConformanceArgs.ECHO.kind(), ConformanceArgs.ECHO,
            ConformanceArgs.PEER.kind(), ConformanceArgs.PEER,
            ConformanceArgs.RENAMED.kind(), ConformanceArgs.RENAMED);
    if (kinds.isEmpty()) {
      config.worker(ConformanceArgs.ECHO, worker);
    }
    for (String kind : kinds) {
      JobType<ConformanceArgs> type = known.get(kind);
      if (type != null) {
        config.worker(type, worker);
      }
    }
  }

  private static @Nullable String claimBarrier(Params params) {
    String name = params.text("claim_barrier");
    return name == null || name.isEmpty() ? null : name;
  }
}
