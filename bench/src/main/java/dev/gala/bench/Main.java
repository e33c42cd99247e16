package dev.gala.bench;

import dev.gala.bench.json.ReportJson;
import dev.gala.bench.load.Line;
import dev.gala.bench.load.Sizes;
import dev.gala.bench.report.Report;
import dev.gala.bench.report.TextTables;
import dev.gala.bench.server.Databases;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./gala bench}. */
@Command(
    name = "gala bench",
    description = "Measures Gala beside hand-written statements and other projects.",
    mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @Spec
  private CommandSpec spec;

  @Option(names = "--quick", description = "A first look, in under five minutes.")
  private boolean quick;

  @Option(names = "--tiny", description = "Whether it works at all; the figures say nothing.")
  private boolean tiny;

  @Option(
      names = "--scenario",
      split = ",",
      paramLabel = "NAME",
      description =
          "Only these: emit, emit-batch, work, pipeline, latency, transactional, retry, memory,"
              + " startup, idle, scale.")
  private Set<String> scenarios = new LinkedHashSet<>();

  @Option(
      names = "--line",
      split = ",",
      paramLabel = "ID",
      description = "Only these, for instance limit,gala.")
  private Set<String> lines = new LinkedHashSet<>();

  @Option(names = "--rounds", paramLabel = "N", description = "Rounds that count.")
  private @Nullable Integer rounds;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "Your PostgreSQL instead of a throw-away one: postgres://user:password@host/db.")
  private @Nullable String url;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes all figures there, those so far after each case.")
  private @Nullable Path json;

  @Option(
      names = "--docs",
      description = "Writes docs/benchmarks.md and its charts of this run, or of --from.")
  private boolean docs;

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description = "Measures nothing: takes the figures that --json wrote.")
  private @Nullable Path from;

  /** Measures and exits: 0 done, 1 failed or the run is not valid, 2 bad input. */
  public static void main(String[] args) {
    CommandLine command =
        new CommandLine(new Main()).setOut(writer(System.out)).setErr(writer(System.err));
    System.exit(command.execute(args));
  }

  @Override
  public Integer call() throws SQLException, IOException {
    Path root = Path.of(System.getProperty("gala.root", "")).toAbsolutePath();
    Report report = from == null ? measure(root) : ReportJson.read(Files.readString(from));
    if (json != null) {
      ReportJson.write(report, json);
    }
    if (docs) {
      Docs.write(report, root.resolve("docs"));
    }
    spec.commandLine().getOut().print(TextTables.of(report));
    spec.commandLine().getOut().flush();
    return report.valid() ? 0 : 1;
  }

  private Report measure(Path root) throws SQLException, IOException {
    Path data = Files.createDirectories(root.resolve("target/bench"));
    Sizes sizes = sizes();
    check(scenarios, Cases.scenarios(), "scenario");
    var progress = new Progress(spec.commandLine().getErr());
    String given = url;
    try (Databases databases = given == null ? Databases.own(data) : Databases.at(given)) {
      check(lines, ids(databases, root), "line");
      return new Bench(sizes, scenarios, lines, root, data).run(databases, progress, this::keep);
    }
  }

  private void keep(Report soFar) {
    if (json == null) {
      return;
    }
    try {
      ReportJson.write(soFar, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Sizes sizes() {
    if (quick && tiny) {
      throw new ParameterException(spec.commandLine(), "--quick or --tiny, not both");
    }
    Sizes sizes = quick ? Sizes.quick() : tiny ? Sizes.tiny() : Sizes.full();
    if (rounds == null) {
      return sizes;
    }
    if (rounds < 1) {
      throw new ParameterException(
          spec.commandLine(), "--rounds is " + rounds + ": give at least 1");
    }
    return sizes.withRounds(rounds);
  }

  private static Set<String> ids(Databases databases, Path root) {
    var ids = new LinkedHashSet<String>();
    for (Line line : Lines.all(databases, root)) {
      ids.add(line.info().id());
    }
    return ids;
  }

  private void check(Set<String> given, Set<String> known, String what) {
    for (String name : given) {
      if (!known.contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no " + what + " \"" + name + "\": there are " + String.join(", ", known));
      }
    }
  }

  /** In the encoding of the terminal; picocli's own writers take the default one, UTF-8. */
  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
  }
}
