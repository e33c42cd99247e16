package dev.gala.durable;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.Topic;
import dev.gala.event.Versions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A runtime in a process of its own, told what to do line by line. */
final class Node implements AutoCloseable {
  private static final String HANDLED = "handled ";

  private final Process process;
  private final Thread reader;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final Queue<String> handled = new ConcurrentLinkedQueue<>();
  private final Semaphore handling = new Semaphore(0);

  private Node(Process process) {
    this.process = process;
    this.reader = Thread.ofVirtual().start(this::read);
  }

  /** A process with these listeners attached, on this database. */
  static Node start(String url, String... listeners) throws Exception {
    return start(Release.OLD, url, listeners);
  }

  /** A process of this release with these listeners attached, on this database. */
  static Node start(Release release, String url, String... listeners) throws Exception {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "-Dlogback.configurationFile="
                + System.getProperty("logback.configurationFile", "logback-test.xml"),
            Node.class.getName(),
            url,
            String.join(",", listeners),
            release.name());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Node node = new Node(process);
    node.expect("ready");
    return node;
  }

  /** Tells it one thing, and waits until that is done. */
  void tell(String command) throws Exception {
    process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    expect("done " + command);
  }

  /** What it handled so far: event and listener. */
  List<String> handled() {
    return List.copyOf(handled);
  }

  /** Waits until it has handled so many more. */
  void awaitHandled(int count) throws InterruptedException {
    if (!handling.tryAcquire(count, Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("only " + handled.size() + " handled");
    }
  }

  /** Kills it as nothing can be prepared for, and reads what it still said. */
  void kill() throws Exception {
    // Through its handle: the process's own method would close the pipe it still speaks through.
    process.toHandle().destroyForcibly();
    awaitEnd();
  }

  /** Lets it end properly. */
  @Override
  public void close() throws Exception {
    process.getOutputStream().close();
    try {
      awaitEnd();
    } finally {
      process.destroyForcibly();
    }
  }

  private void awaitEnd() throws Exception {
    if (!process.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)
        || !reader.join(Await.DEADLINE)) {
      throw new AssertionError("the process does not end");
    }
  }

  private void expect(String answer) throws InterruptedException {
    String said = Await.next(answer, answers);
    if (!said.equals(answer)) {
      throw new AssertionError("expected \"" + answer + "\", the process said: " + said);
    }
  }

  private void read() {
    process
        .inputReader(StandardCharsets.UTF_8)
        .lines()
        .forEach(
            line -> {
              if (line.contains(" WARN ")) {
                return; // What it finds stored at its start is no answer.
              }
              if (line.startsWith(HANDLED)) {
                handled.add(line.substring(HANDLED.length()));
                handling.release();
              } else {
                answers.add(line);
              }
            });
  }

  /** The two releases of a deploy, which differ in what they emit and read. */
  enum Release {
    /** Emits and reads orders as they were. */
    OLD {
      @Override
      void attach(Gala gala, String name) {
        gala.on(
            Order.PLACED,
            name,
            (event, context) -> say(HANDLED + context.envelope().id() + " " + name));
      }

      @Override
      void emit(Gala gala) {
        gala.emit(Order.PLACED, new Order("o-1", 1));
      }
    },
    /** Emits orders as they are now, and reads both. */
    NEW {
      @Override
      void attach(Gala gala, String name) {
        gala.on(
            PRICED,
            name,
            (event, context) ->
                say(HANDLED + context.envelope().id() + " " + name + " in " + event.currency()));
      }

      @Override
      void emit(Gala gala) {
        gala.emit(PRICED, new PricedOrder("o-1", 1, "CHF"));
      }
    };

    abstract void attach(Gala gala, String name);

    abstract void emit(Gala gala);
  }

  /** What the new release made of an order. */
  record PricedOrder(String id, int amount, String currency) {}

  private static final Topic<PricedOrder> PRICED =
      Topic.of(
          Order.PLACED.name(),
          Versions.of(Order.class)
              .then(
                  PricedOrder.class, order -> new PricedOrder(order.id(), order.amount(), "EUR")));

  /** The process: the database's URL, the listeners' names and the release. */
  public static void main(String[] arguments) throws Exception {
    GalaConfig.Builder config =
        GalaConfig.builder()
            .url(arguments[0])
            .workerCount(20)
            .fetchCooldown(Duration.ofMillis(10))
            .fetchPollInterval(Duration.ofMillis(200));
    Release release = Release.valueOf(arguments[2]);
    try (Gala gala = Gala.create(config.build())) {
      for (String name : arguments[1].split(",", -1)) {
        if (!name.isEmpty()) {
          release.attach(gala, name);
        }
      }
      say("ready");
      obey(gala, release);
    }
  }

  private static void obey(Gala gala, Release release) throws IOException {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      switch (line) {
        case "start" -> gala.startWorkers();
        case "stop" -> gala.stopWorkers();
        case "emit" -> release.emit(gala);
        default -> throw new IllegalArgumentException(line);
      }
      say("done " + line);
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
