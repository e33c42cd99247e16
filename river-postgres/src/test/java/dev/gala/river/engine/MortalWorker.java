package dev.gala.river.engine;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.HeartbeatConfig;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.json.JsonArgs;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client in a process of its own that looks after others, and can be killed or stopped. It says
 * what happens in a line: {@code client ID} when it runs, {@code begun N}, {@code told N} when a
 * task is interrupted, {@code lost N} when a task could not be completed in its transaction.
 */
final class MortalWorker implements AutoCloseable {
  /**
   * What is to be done.
   *
   * @param number which task
   * @param millis how long it takes
   */
  record Task(int number, int millis) {}

  static final JobType<Task> TASK = JobType.of("task", JsonArgs.of(Task.class));

  /** How a worker does its tasks. */
  enum Manner {
    /** They take their time, and write an effect with their completion if their number is odd. */
    PLAIN,
    /** The same, but none ends before it is told to, whatever interrupts it. */
    STUBBORN
  }

  private static final int SLOTS = 5;
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(120);

  private final Process process;
  private final Thread reader;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition said = lock.newCondition();
  private final List<String> lines = new ArrayList<>();
  private boolean killed;

  private MortalWorker(Process process) {
    this.process = process;
    this.reader = Thread.ofVirtual().start(this::read);
  }

  /** A process that works when this returns. */
  static MortalWorker start(String url, String name, Duration ttl, Manner manner)
      throws IOException, InterruptedException {
    return start(MortalWorker.class, url, name, ttl.toString(), manner.name());
  }

  /** A process of another program that says {@code client ID} when it runs. */
  static MortalWorker start(Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            "-Dlogback.configurationFile="
                + System.getProperty("logback.configurationFile", "logback-test.xml"),
            program.getName()));
    command.addAll(List.of(arguments));
    var worker = new MortalWorker(new ProcessBuilder(command).redirectErrorStream(true).start());
    worker.await("the start", () -> worker.find("client ") != null);
    return worker;
  }

  /** The client's id. */
  String id() {
    return String.valueOf(locked(() -> find("client ")));
  }

  /** The numbers of the tasks it said {@code word} of, in order. */
  List<Integer> tasks(String word) {
    return locked(
        () ->
            lines.stream()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> Integer.valueOf(line.substring(word.length() + 1)))
                .toList());
  }

  /** Waits until it has said {@code word} of so many tasks. */
  void await(String word, int count) throws InterruptedException {
    await(count + " tasks " + word, () -> tasks(word).size() >= count);
  }

  /** Everything it said. */
  String output() {
    return locked(() -> String.join("\n", lines));
  }

  boolean killed() {
    return killed;
  }

  /** Kills it as nothing can be prepared for, and reads what it still said. */
  void kill() throws InterruptedException {
    killed = true;
    // Through its handle: the process's own method would close the pipe it still speaks through.
    process.toHandle().destroyForcibly();
    awaitEnd();
  }

  /** Sends it a signal. */
  void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new AssertionError("no signal " + name + " could be sent");
    }
  }

  /** Lets a stubborn worker's tasks end. */
  void letEnd() throws IOException {
    process.outputWriter().write("end\n");
    process.outputWriter().flush();
  }

  /** Lets it stop in order. */
  @Override
  public void close() throws IOException, InterruptedException {
    if (killed || !process.isAlive()) {
      return;
    }
    try {
      letEnd();
      process.getOutputStream().close();
      awaitEnd();
    } finally {
      process.toHandle().destroyForcibly();
    }
  }

  private void awaitEnd() throws InterruptedException {
    if (!process.waitFor(PATIENCE, TimeUnit.NANOSECONDS)
        || !reader.join(Duration.ofNanos(PATIENCE))) {
      throw new AssertionError("the process does not end; it said:\n" + output());
    }
  }

  private void await(String what, BooleanSupplier condition) throws InterruptedException {
    long left = PATIENCE;
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0 || !process.isAlive()) {
          throw new AssertionError("waited in vain for " + what + "; it said:\n" + output());
        }
        left -= TimeUnit.SECONDS.toNanos(1) - Math.max(0, said.awaitNanos(1_000_000_000L));
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable String find(String start) {
    return lines.stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .findFirst()
        .orElse(null);
  }

  private <T> T locked(Supplier<T> look) {
    lock.lock();
    try {
      return look.get();
    } finally {
      lock.unlock();
    }
  }

  private void read() {
    process.inputReader(StandardCharsets.UTF_8).lines().forEach(this::add);
  }

  private void add(String line) {
    lock.lock();
    try {
      lines.add(line);
      said.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The process: the database's URL, the client's name, the TTL, and the manner. */
  public static void main(String[] arguments) throws IOException {
    var mayEnd = new Semaphore(0);
    boolean stubborn = Manner.valueOf(arguments[3]) == Manner.STUBBORN;
    try (RiverDatabase database =
        RiverDatabase.at(arguments[0]).applicationName(arguments[1]).connect()) {
      RiverConfig config =
          RiverConfig.builder()
              .id(arguments[1])
              .queue("default", SLOTS)
              .heartbeat(HeartbeatConfig.ofTtl(Duration.parse(arguments[2])))
              .worker(TASK, context -> work(database, context, stubborn ? mayEnd : null))
              .build();
      try (RiverClient client = RiverClient.create(database, config)) {
        client.start();
        System.out.println("client " + client.id());
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (input.readLine() != null) {
          mayEnd.release(1_000);
        }
      }
    }
  }

  private static Outcome work(
      RiverDatabase database, WorkContext<Task> context, @Nullable Semaphore mayEnd)
      throws Exception {
    Task task = context.args();
    System.out.println("begun " + task.number());
    if (mayEnd == null) {
      takeItsTime(task);
    } else {
      takeWhateverHappens(mayEnd, task);
    }
    if (task.number() % 2 == 1) {
      completeWithEffect(database, context, mayEnd != null);
    }
    return Outcome.done();
  }

  private static void takeItsTime(Task task) throws InterruptedException {
    try {
      boolean never = new Semaphore(0).tryAcquire(task.millis(), TimeUnit.MILLISECONDS);
      assert !never;
    } catch (InterruptedException e) {
      System.out.println("told " + task.number());
      throw e;
    }
  }

  private static void takeWhateverHappens(Semaphore mayEnd, Task task) {
    while (true) {
      try {
        mayEnd.acquire();
        return;
      } catch (InterruptedException e) {
        System.out.println("told " + task.number());
      }
    }
  }

  /**
   * A stubborn task does it again when it was interrupted meanwhile: that says that its process is
   * taken for dead, and breaks the connection, but what the database says of the claim is asked
   * for.
   */
  private static void completeWithEffect(
      RiverDatabase database, WorkContext<Task> context, boolean stubborn) throws SQLException {
    while (true) {
      try {
        tryToComplete(database, context);
        return;
      } catch (SQLException | RiverException e) {
        if (e instanceof RiverException refused && refused.code() == RiverError.CLAIM_LOST) {
          System.out.println("lost " + context.args().number());
          throw e;
        }
        if (!stubborn || !Thread.interrupted()) {
          throw e;
        }
        System.out.println("told " + context.args().number());
      }
    }
  }

  private static void tryToComplete(RiverDatabase database, WorkContext<Task> context)
      throws SQLException {
    try (Connection connection = database.openConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("insert into effect (number) values (?)")) {
        insert.setInt(1, context.args().number());
        insert.execute();
      }
      context.complete(connection);
      connection.commit();
    }
  }
}
