package dev.gala.river.engine;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.JobType;
import dev.gala.river.job.MaintenanceConfig;
import dev.gala.river.json.JsonArgs;
import dev.gala.river.worker.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A client in a process of its own that says which jobs it begins, and can be killed. */
final class FleetWorker implements AutoCloseable {
  record Numbered(int number) {}

  static final JobType<Numbered> NUMBERED = JobType.of("numbered", JsonArgs.of(Numbered.class));

  private static final String READY = "ready";
  private static final int SLOTS = 200;
  private static final long PATIENCE = 120;

  /** Every so many jobs, one that never ends in a process that is to be killed. */
  private static final int HELD = 20;

  private final Process process;
  private final Thread reader;
  private final Queue<Integer> begun = new ConcurrentLinkedQueue<>();
  private final Semaphore ready = new Semaphore(0);
  private final Semaphore said = new Semaphore(0);

  private FleetWorker(Process process) {
    this.process = process;
    this.reader = Thread.ofVirtual().start(this::read);
  }

  /**
   * A process that works the queue when this returns.
   *
   * @param holding whether it never ends some of its jobs
   */
  static FleetWorker start(String url, String clientId, boolean holding)
      throws IOException, InterruptedException {
    return start(url, clientId, holding, MaintenanceConfig.defaults().intervals().election());
  }

  /**
   * The same.
   *
   * @param election how often it stands for election, and renews
   */
  static FleetWorker start(String url, String clientId, boolean holding, Duration election)
      throws IOException, InterruptedException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            "-Dlogback.configurationFile="
                + System.getProperty("logback.configurationFile", "logback-test.xml"),
            FleetWorker.class.getName(),
            url,
            clientId,
            String.valueOf(holding),
            election.toString());
    var worker = new FleetWorker(new ProcessBuilder(command).redirectErrorStream(true).start());
    if (!worker.ready.tryAcquire(PATIENCE, TimeUnit.SECONDS)) {
      throw new AssertionError("the process does not start");
    }
    return worker;
  }

  /** The numbers of the jobs it began, in order, each as often as it began it. */
  List<Integer> begun() {
    return List.copyOf(begun);
  }

  /** Waits until it has begun so many more. */
  void awaitBegun(int count) throws InterruptedException {
    if (!said.tryAcquire(count, PATIENCE, TimeUnit.SECONDS)) {
      throw new AssertionError("only " + begun.size() + " jobs begun");
    }
  }

  /** Kills it as nothing can be prepared for, and reads what it still said. */
  void kill() throws InterruptedException {
    // Through its handle: the process's own method would close the pipe it still speaks through.
    process.toHandle().destroyForcibly();
    awaitEnd();
  }

  /** Lets it stop in order. */
  @Override
  public void close() throws IOException, InterruptedException {
    process.getOutputStream().close();
    try {
      awaitEnd();
    } finally {
      process.toHandle().destroyForcibly();
    }
  }

  private void awaitEnd() throws InterruptedException {
    if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)
        || !reader.join(Duration.ofSeconds(PATIENCE))) {
      throw new AssertionError("the process does not end");
    }
  }

  private void read() {
    process
        .inputReader(StandardCharsets.UTF_8)
        .lines()
        .forEach(
            line -> {
              if (line.equals(READY)) {
                ready.release();
              } else if (line.matches("\\d+")) {
                begun.add(Integer.valueOf(line));
                said.release();
              }
            });
  }

  /** The process: what {@link #start(String, String, boolean, Duration)} is given. */
  public static void main(String[] arguments) throws IOException {
    boolean holding = Boolean.parseBoolean(arguments[2]);
    RiverConfig config =
        RiverConfig.builder()
            .id(arguments[1])
            .queue("default", SLOTS)
            .jobTimeout(Duration.ZERO)
            .maintenance(maintenance(Duration.parse(arguments[3])))
            .worker(
                NUMBERED,
                context -> {
                  int number = context.args().number();
                  System.out.println(number);
                  if (holding && number % HELD == 0) {
                    new Semaphore(0).acquire();
                  }
                  return Outcome.done();
                })
            .build();
    try (RiverDatabase database =
            RiverDatabase.at(arguments[0]).applicationName(arguments[1]).connect();
        RiverClient client = RiverClient.create(database, config)) {
      client.start();
      System.out.println(READY);
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    }
  }

  private static MaintenanceConfig maintenance(Duration election) {
    MaintenanceConfig.Intervals usual = MaintenanceConfig.Intervals.usual();
    return MaintenanceConfig.builder()
        .intervals(
            new MaintenanceConfig.Intervals(
                election,
                usual.scheduler(),
                usual.rescuer(),
                usual.cleaner(),
                usual.queueCleaner()))
        .build();
  }
}
