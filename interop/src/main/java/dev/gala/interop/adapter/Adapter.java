package dev.gala.interop.adapter;

import dev.gala.river.RiverConfig;
import dev.gala.river.job.JobInsert;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Everything a process answers, and its end. One thread uses it. */
final class Adapter implements AutoCloseable {
  private static final String VERSION = "0.1.0";

  private final Databases databases;
  private final WorkMethods work;
  private final Rpc rpc;

  /** The suite's own methods and nothing more. */
  Adapter(Databases databases) {
    this(
        databases,
        (job, options) -> new JobInsert<>(ConformanceArgs.ECHO, ConformanceArgs.of(job), options),
        new NoExtras(),
        Map.of());
  }

  /**
   * The suite's methods and others.
   *
   * @param reader makes jobs of their descriptions
   * @param extras what clients that work are given besides
   * @param more other methods, by name
   */
  Adapter(
      Databases databases,
      JobMethods.InsertReader reader,
      WorkMethods.Extras extras,
      Map<String, Method> more) {
    this.databases = databases;
    this.work = new WorkMethods(databases, extras);
    var methods = new HashMap<String, Method>();
    methods.put("handshake", params -> handshake());
    methods.putAll(new JobMethods(databases, reader).all());
    methods.putAll(new ControlMethods(databases).all());
    methods.putAll(work.all());
    methods.putAll(more);
    if (more.isEmpty()) {
      // Who has methods of its own has parameters of its own too.
      methods.replaceAll(Shapes::strict);
    }
    this.rpc = new Rpc(methods);
  }

  /** Answers every line, one after the other, until there are no more. */
  void serve(InputStream in, PrintStream out) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    String line = lines.readLine();
    while (line != null) {
      out.println(rpc.answer(line));
      out.flush();
      line = lines.readLine();
    }
  }

  /** Stops the client that works, interrupting its jobs, and rolls back what is open. */
  @Override
  public void close() {
    work.close();
    databases.close();
  }

  private static String handshake() {
    return Json.object(
        "driver", "\"postgres\"", "implementation", "\"gala\"", "version", Json.text(VERSION));
  }

  /** Nothing besides. */
  private static final class NoExtras implements WorkMethods.Extras {
    @Override
    public void configure(RiverConfig.Builder config, Params params) {
      // The suite's parameters are all there is.
    }

    @Override
    public ConformanceWorker.StepListener steps() {
      return (context, step, cursor) -> {};
    }
  }
}
