package dev.gala.interop.adapter;

import dev.gala.river.RiverConfig;
import dev.gala.river.job.ArgsCodec;
import dev.gala.river.job.ArgsPath;
import dev.gala.river.job.HeartbeatConfig;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobType;
import dev.gala.river.job.JobUpdate;
import dev.gala.river.job.Tx;
import dev.gala.river.job.UniqueOptions;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.JsonArgs;
import dev.gala.river.json.JsonObjects;
import dev.gala.river.migrate.Migrator;
import dev.gala.river.spi.Plugin;
import dev.gala.river.worker.Outcome;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The adapter with what the tests ask for besides, as the program in Go has it. */
public final class PeerMain {
  /** A value of every sort. */
  @SuppressWarnings("ArrayRecordComponent")
  record Rich(
      long number,
      String text,
      double ratio,
      byte[] bytes,
      List<String> list,
      Map<String, String> names,
      Instant at,
      Nested nested) {}

  record Nested(long zulu, String alpha, Nested inner) {}

  private static final JsonArgs<Rich> RICH_JSON = JsonArgs.of(Rich.class);
  private static final JobType<Rich> RICH = JobType.of("interop_rich", RICH_JSON);
  private static final ArgsPath[] SELECTED = {ArgsPath.of("customer", "id"), ArgsPath.of("tenant")};

  private final PrintStream out;
  private final Databases databases;

  private PeerMain(PrintStream out, Databases databases) {
    this.out = out;
    this.databases = databases;
  }

  /** Runs until standard input ends. */
  public static void main(String[] arguments) throws IOException {
    var databases =
        new Databases(System.getenv(Main.DATABASE_URL), System.getenv(Main.APPLICATION_NAME));
    try (var out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8)) {
      var peer = new PeerMain(out, databases);
      try (var adapter =
          new Adapter(databases, PeerMain::insert, peer.new Telling(), peer.methods())) {
        adapter.serve(System.in, out);
      }
    }
  }

  /** One write for a line: what a killed process has begun, it has said. */
  private void tell(String what, String details) {
    String line =
        Json.object("jsonrpc", "\"2.0\"", "method", Json.text(what), "params", details) + "\n";
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    out.write(bytes, 0, bytes.length);
    out.flush();
  }

  private Map<String, Method> methods() {
    return Map.of(
        "delete", params -> JobJson.of(databases.in(null).jobs().delete(params.id())),
        "get", params -> JobJson.of(databases.in(null).jobs().get(params.id())),
        "insert_many", this::insertMany,
        "output", this::output,
        "validate", this::validate);
  }

  private String insertMany(Params params) {
    int count = params.small("count", 0);
    int batch = params.small("batch", 1);
    var job =
        new JobInsert<>(
            ConformanceArgs.ECHO,
            ConformanceArgs.of(params),
            InsertOptions.builder().queue(params.text("queue")).build());
    for (int inserted = 0; inserted < count; inserted += batch) {
      var jobs = Collections.nCopies(Math.min(batch, count - inserted), job);
      if (params.flag("fast")) {
        databases.inserter(null).insertBulk(jobs, Tx.own());
      } else {
        databases.inserter(null).insertMany(jobs, Tx.own());
      }
    }
    return Json.object("inserted", String.valueOf(count));
  }

  private String output(Params params) {
    String output = params.raw("output");
    if (output != null) {
      return JobJson.of(databases.in(null).jobs().update(params.id(), new JobUpdate(output)));
    }
    String metadata = databases.in(null).jobs().get(params.id()).metadata();
    return Json.object("output", JsonObjects.members(metadata).getOrDefault("output", "null"));
  }

  private String validate(Params params) {
    Migrator.Validation found =
        databases.in(params.text("schema")).migrator(Migrator.MAIN_LINE).validate();
    var messages = new ArrayList<String>();
    found.outstanding().forEach(version -> messages.add("missing: " + version.version()));
    return Json.object("ok", String.valueOf(found.isUpToDate()), "messages", Json.texts(messages));
  }

  /** The job that a description means: by its kind, if it has one. */
  private static JobInsert<?> insert(Params job, InsertOptions options) {
    String kind = job.text("kind", ConformanceArgs.ECHO.kind());
    String args = job.raw("args");
    if (args == null) {
      return new JobInsert<>(ConformanceArgs.ECHO, ConformanceArgs.of(job), options);
    }
    if (kind.equals(RICH.kind())) {
      return new JobInsert<>(RICH, RICH_JSON.decode(args), options);
    }
    return new JobInsert<>(
        JobType.of(kind, new Raw()),
        args,
        kind.equals("interop_selected") ? selected(options) : options);
  }

  /** As Go takes it from the tags of the struct. */
  private static InsertOptions selected(InsertOptions options) {
    UniqueOptions unique = options.unique();
    if (unique == null || !unique.byArgs()) {
      return options;
    }
    return new InsertOptions(
        options.maxAttempts(),
        options.metadata(),
        options.pending(),
        options.priority(),
        options.queue(),
        options.scheduledAt(),
        options.tags(),
        new UniqueOptions(
            true,
            List.of(SELECTED),
            unique.byPeriod(),
            unique.byQueue(),
            unique.byState(),
            unique.excludeKind()),
        options.durability());
  }

  /** Arguments as they are. */
  private static final class Raw implements ArgsCodec<String> {
    @Override
    public String encode(String args) {
      return GoJson.compact(args);
    }

    @Override
    public String decode(String json) {
      return json;
    }
  }

  /** Tells what workers do, where a client is started so. */
  private final class Telling implements WorkMethods.Extras {
    @Override
    public void configure(RiverConfig.Builder config, Params params) {
      Duration softStop = params.millis("soft_stop_ms");
      if (softStop != null) {
        config.softStopTimeout(softStop);
      }
      Duration ttl = params.millis("heartbeat_ttl_ms");
      if (ttl != null) {
        config.heartbeat(HeartbeatConfig.ofTtl(ttl));
      }
      if (params.flag("tell")) {
        config.plugin(new Teller());
      }
      if (params.texts("worker_kinds").contains(RICH.kind())) {
        config.worker(
            RICH,
            context -> {
              tell(
                  "worked",
                  Json.object(
                      "id", String.valueOf(context.job().id()),
                      "args", RICH_JSON.encode(context.args()),
                      "metadata", context.job().metadata(),
                      "tags", Json.texts(context.job().tags())));
              return Outcome.done();
            });
      }
    }

    @Override
    public ConformanceWorker.StepListener steps() {
      return (context, step, cursor) ->
          tell(
              "step",
              Json.object(
                  "id", String.valueOf(context.job().id()),
                  "attempt", String.valueOf(context.job().attempt()),
                  "step", Json.text(step),
                  "cursor", cursor == null ? "null" : cursor));
    }
  }

  private final class Teller implements Plugin {
    private static final AtomicInteger tolerated = new AtomicInteger();

    @Override
    public Outcome work(JobRow job, WorkChain next) throws Exception {
      String error = "";
      say("begun", job, error);
      try {
        if ("barrier_stubborn".equals(JsonObjects.textAt(job.args(), "behavior"))) {
          return waitStubbornly(String.valueOf(JsonObjects.textAt(job.args(), "message")));
        }
        return next.work(job);
      } catch (Exception e) {
        error = e.toString();
        throw e;
      } finally {
        say("ended", job, error);
      }
    }

    /** To its end, however often it is interrupted. */
    private static Outcome waitStubbornly(String barrier) {
      while (true) {
        try {
          Barriers.ofTheProcess().await(barrier);
          return Outcome.done();
        } catch (InterruptedException e) {
          tolerated.incrementAndGet();
        }
      }
    }

    private void say(String what, JobRow job, String error) {
      tell(
          what,
          Json.object(
              "id", String.valueOf(job.id()),
              "attempt", String.valueOf(job.attempt()),
              "error", Json.text(error)));
    }
  }
}
