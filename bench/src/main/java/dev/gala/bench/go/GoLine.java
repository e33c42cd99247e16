package dev.gala.bench.go;

import dev.gala.bench.json.EventJson;
import dev.gala.bench.load.Case;
import dev.gala.bench.load.ChildProcess;
import dev.gala.bench.load.Line;
import dev.gala.bench.load.Metric;
import dev.gala.bench.load.Round;
import dev.gala.bench.load.Sample;
import dev.gala.bench.load.Skipped;
import dev.gala.bench.product.Product;
import dev.gala.bench.product.Product.Tuning;
import dev.gala.bench.server.BenchDatabase;
import dev.gala.bench.server.Databases;
import dev.gala.bench.server.StatementCounts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A program in Go as a contestant. It measures itself, as it is told. */
final class GoLine implements Line {
  /** The size of an event's arguments in River's table. */
  private static final int ARGS_SIZE = 600;

  private static final int SETTLING_MILLIS = 1_500;
  private static final int CONNECTIONS = 20;

  private final Info info;
  private final boolean batches;
  private final GoProgram program;
  private final Product tables;
  private final Databases databases;
  private final Map<Case, Tuning> chosen = new HashMap<>();
  private @Nullable BenchDatabase database;

  /**
   * A contestant.
   *
   * @param batches whether it can emit many events at once
   * @param tables makes River's tables
   */
  GoLine(Info info, boolean batches, GoProgram program, Product tables, Databases databases) {
    this.info = info;
    this.batches = batches;
    this.program = program;
    this.tables = tables;
    this.databases = databases;
  }

  static List<Tuning> tunings() {
    return List.of(
        new Tuning("default", Map.of("workers", 100, "cooldown-millis", 100, "poll-millis", 1_000)),
        new Tuning(
            "throughput", Map.of("workers", 2_000, "cooldown-millis", 2, "poll-millis", 20)));
  }

  @Override
  public Info info() {
    return info;
  }

  @Override
  public boolean takesPart(Case what) {
    return switch (what) {
      case Case.Memory memory -> false;
      case Case.Work work -> !work.scale();
      case Case.Latency latency -> !latency.scale();
      case Case.EmitBatch batch -> batches;
      case Case.Transactional transactional -> batches;
      case Case.Pipeline pipeline -> batches || pipeline.size() == 1;
      case Case.Emit emit -> true;
      // Its queue is filled with copies, and what fails once is known by its number.
      case Case.Retry retry -> batches;
      case Case.Startup startup -> true;
      case Case.Idle idle -> true;
    };
  }

  @Override
  public Sample measure(Case what, Round round) throws Exception {
    program.prepare();
    if (what instanceof Case.Idle) {
      return idle(round);
    }
    Tuning usual = tunings().getFirst();
    boolean matters = what instanceof Case.Work || what instanceof Case.Pipeline;
    if (round.warmsUp() && matters) {
      double most = -1;
      for (Tuning tuning : tunings()) {
        double rate = run(what, round, tuning).figure(Metric.RATE);
        if (rate > most) {
          most = rate;
          chosen.put(what, tuning);
        }
      }
    }
    Tuning tuning = chosen.getOrDefault(what, usual);
    return run(what, round, tuning).withSettings(tuning.told());
  }

  private Sample run(Case what, Round round, Tuning tuning) throws Exception {
    BenchDatabase on = cleared();
    long begun = System.nanoTime();
    try (ChildProcess process =
        program.start(flags(what, round, tuning), what.scenario(), on.url())) {
      String answer = process.answer();
      if (what instanceof Case.Startup) {
        return Sample.of(Metric.STARTUP, (System.nanoTime() - begun) / 1e9);
      }
      return sample(what, answer, on);
    }
  }

  private Sample sample(Case what, String json, BenchDatabase on) throws Exception {
    Answer answer = EventJson.decode(Answer.class, json.getBytes(StandardCharsets.UTF_8));
    if (answer.skipped() != null) {
      throw new Skipped(answer.skipped());
    }
    List<Long> micros = answer.micros();
    if (micros != null) {
      return Sample.latencies(micros.stream().mapToLong(Long::longValue).toArray());
    }
    Sample sample = Sample.rate(answer.rate());
    if (what instanceof Case.Retry) {
      sample = sample.with(Metric.ALL_DONE, answer.allDone());
    }
    boolean worked =
        what instanceof Case.Work || what instanceof Case.Pipeline || what instanceof Case.Retry;
    long left = worked ? tables.unfinished(on) : 0;
    return left == 0
        ? sample
        : sample.withProblem(left + " jobs were handled, and are not finished in the database");
  }

  private Sample idle(Round round) throws Exception {
    BenchDatabase counting = databases.createCounting(info.id());
    tables.install(counting);
    int seconds = round.sizes().idleSeconds();
    List<String> flags = flags(new Case.Idle(), round, tunings().getFirst());
    try (ChildProcess process = program.start(flags, "idle", counting.url())) {
      process.answer();
      Thread.sleep(SETTLING_MILLIS);
      StatementCounts.reset(counting);
      Thread.sleep(seconds * 1_000L);
      return StatementCounts.sample(counting, seconds);
    }
  }

  private static List<String> flags(Case what, Round round, Tuning tuning) {
    Map<String, Integer> flags = new HashMap<>(tuning.values());
    flags.put("connections", CONNECTIONS);
    flags.put("args-size", ARGS_SIZE);
    flags.put("warm-up-millis", round.warmUpMillis());
    flags.put(
        "window-millis",
        what instanceof Case.Pipeline ? round.pipelineMillis() : round.windowMillis());
    switch (what) {
      case Case.Emit emit -> flags.put("callers", emit.callers());
      case Case.EmitBatch batch -> {
        flags.put("callers", Case.EmitBatch.CALLERS);
        flags.put("size", batch.size());
      }
      case Case.Transactional transactional -> flags.put("callers", transactional.callers());
      case Case.Work work -> {
        flags.put("fill", fill(round, work.listeners()));
        flags.put("listeners", work.listeners());
      }
      case Case.Retry retry -> {
        flags.put("fill", fill(round, 2));
        flags.put("percent", retry.percent());
      }
      case Case.Pipeline pipeline -> {
        flags.put("callers", pipeline.callers());
        flags.put("size", pipeline.size());
      }
      case Case.Latency latency -> {
        int seconds = round.warmsUp() ? 1 : round.sizes().latencySeconds();
        flags.put("rate", latency.perSecond());
        flags.put("warm", round.sizes().few());
        flags.put("events", round.sizes().few() + latency.perSecond() * seconds);
      }
      case Case.Startup startup -> flags.put("callers", 1);
      case Case.Idle idle -> flags.put("callers", 1);
      case Case.Memory memory -> throw new IllegalArgumentException("not in memory");
    }
    var list = new ArrayList<String>();
    flags.forEach((name, value) -> list.add("-" + name + "=" + value));
    return list;
  }

  private static int fill(Round round, int listeners) {
    int events = round.sizes().fill(listeners);
    return round.warmsUp() ? Math.max(events / 4, 20) : events;
  }

  private BenchDatabase cleared() throws Exception {
    if (database == null) {
      database = databases.create(info.id());
      tables.install(database);
      database.execute(
          "create table bench_order ("
              + "id bigserial primary key, account text not null, cents bigint not null)");
    }
    tables.clear(database);
    database.settle();
    return database;
  }

  /** What a program says at its end. */
  record Answer(
      double rate, double allDone, @Nullable List<Long> micros, @Nullable String skipped) {}
}
