package dev.gala.interop.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A process that answers JSON-RPC, one request after the other, and tells what its workers do. One
 * thread calls it; what is told any thread may look at.
 */
public final class Peer implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final long PATIENCE_SECONDS = 120;

  private final String name;
  private final Process process;
  private final Writer requests;
  private final Thread reader;
  private final BlockingQueue<JsonNode> responses = new LinkedBlockingQueue<>();
  private final List<Told> told = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition toldMore = lock.newCondition();
  private boolean ended;
  private long calls;

  /**
   * What a worker told.
   *
   * @param what for instance {@code begun}
   * @param details the job's id and more
   * @param heardAt when, in nanoseconds from some time on
   */
  public record Told(String what, JsonNode details, long heardAt) {
    /** The job. */
    public long id() {
      return details.path("id").longValue();
    }
  }

  private Peer(String name, Process process) {
    this.name = name;
    this.process = process;
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    this.reader = Thread.ofVirtual().name(name).start(this::read);
  }

  /**
   * Starts a process.
   *
   * @param name the application name of its connections
   */
  public static Peer start(String name, List<String> command, String url) {
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("RIVER_CONFORMANCE_DATABASE_URL", url);
    builder.environment().put("RIVER_CONFORMANCE_DRIVER", "postgres");
    builder.environment().put("RIVER_CONFORMANCE_APPLICATION_NAME", name);
    try {
      return new Peer(name, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The application name of its connections. */
  public String name() {
    return name;
  }

  /**
   * Calls a method.
   *
   * @return its result
   * @throws RpcError what it answers instead
   */
  public JsonNode call(String method, Map<String, ?> params) {
    JsonNode response =
        ask(
            JSON.writeValueAsString(
                Map.of("jsonrpc", "2.0", "id", ++calls, "method", method, "params", params)));
    if (response.has("error")) {
      throw new RpcError(method, response.path("error"));
    }
    return response.path("result");
  }

  /** Calls a method without parameters. */
  public JsonNode call(String method) {
    return call(method, Map.of());
  }

  /** The response to a line, whatever it is. */
  public JsonNode ask(String line) {
    send(line);
    return response();
  }

  /** Writes a line and does not wait. */
  public void send(String line) {
    try {
      requests.write(line + "\n");
      requests.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " takes no requests", e);
    }
  }

  private JsonNode response() {
    try {
      JsonNode response = responses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (response == null) {
        throw new AssertionError(name + " does not answer");
      }
      return response;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Everything its workers told so far. */
  public List<Told> told() {
    return List.copyOf(told);
  }

  /** What its workers told of this sort so far. */
  public List<Told> told(String what) {
    return told.stream().filter(one -> one.what().equals(what)).toList();
  }

  /** Waits until its workers have told so many of this sort, and gives the last of them. */
  public Told await(String what, int count) {
    return await(one -> one.what().equals(what), count, what);
  }

  /** Waits until a worker tells this of a job. */
  public Told await(String what, long id) {
    return await(one -> one.what().equals(what) && one.id() == id, 1, what + " of job " + id);
  }

  private Told await(Predicate<Told> wanted, int count, String description) {
    long left = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    lock.lock();
    try {
      while (true) {
        List<Told> found = told.stream().filter(wanted).toList();
        if (found.size() >= count) {
          return found.get(count - 1);
        }
        if (left <= 0 || ended) {
          throw new AssertionError(
              name + " told " + told + ", but " + description + " was awaited");
        }
        left = toldMore.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      lock.unlock();
    }
  }

  /** Kills it as nothing can be prepared for, and reads what it still said. */
  public void kill() {
    // Through its handle: the process's own method would close the pipe it still speaks through.
    process.toHandle().destroyForcibly();
    awaitEnd();
  }

  /** Ends its input, and waits for its own end. */
  @Override
  public void close() {
    try {
      requests.close();
    } catch (IOException e) {
      // It has ended already.
      process.toHandle().destroy();
    }
    try {
      awaitEnd();
    } finally {
      process.toHandle().destroyForcibly();
    }
  }

  /** How it ended. */
  public int exitCode() {
    return process.exitValue();
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)
          || !reader.join(Duration.ofSeconds(PATIENCE_SECONDS))) {
        throw new AssertionError(name + " does not end");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void read() {
    try {
      process.inputReader(StandardCharsets.UTF_8).lines().forEach(this::heard);
    } finally {
      lock.lock();
      try {
        ended = true;
        toldMore.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void heard(String line) {
    JsonNode message = JSON.readTree(line);
    if (!message.has("method")) {
      responses.add(message);
      return;
    }
    lock.lock();
    try {
      told.add(
          new Told(
              message.path("method").stringValue(), message.path("params"), System.nanoTime()));
      toldMore.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
