package dev.gala.bench;

import dev.gala.bench.load.Case;
import dev.gala.bench.load.Line;
import dev.gala.bench.load.Sizes;
import dev.gala.bench.peer.Versions;
import dev.gala.bench.report.CaseResult;
import dev.gala.bench.report.Machine;
import dev.gala.bench.report.Report;
import dev.gala.bench.server.Databases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A run.
 *
 * @param sizes how long and how much
 * @param scenarios which; all if there are none
 * @param lines whose; all if there are none
 * @param root of the checkout
 * @param data where the server's data and this run's files lie
 */
record Bench(Sizes sizes, Set<String> scenarios, Set<String> lines, Path root, Path data) {

  /**
   * Measures.
   *
   * @param interim takes what there is after each case: a long run may be broken off
   */
  Report run(Databases databases, Progress progress, Consumer<Report> interim) throws SQLException {
    Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Map<String, String> server = databases.server().settings();
    progress.say("PostgreSQL " + server);
    List<Line> all = Lines.all(databases, root).stream().filter(this::wanted).toList();
    var tables = new ArrayList<CaseResult>();
    try {
      var runner = new Runner(sizes, progress, data);
      for (Case what : Cases.asMeasured(sizes)) {
        if (scenarios.isEmpty() || scenarios.contains(what.scenario())) {
          tables.add(runner.run(what, all));
          interim.accept(report(started, server, all, tables));
        }
      }
    } finally {
      all.forEach(Line::close);
    }
    return report(started, server, all, tables);
  }

  private Report report(
      Instant started, Map<String, String> server, List<Line> all, List<CaseResult> measured) {
    List<CaseResult> tables =
        measured.stream()
            .filter(one -> !one.lines().isEmpty())
            .sorted(Comparator.comparingInt(this::place))
            .toList();
    List<CaseResult> combined = ScaleTables.combined(tables);
    return new Report(
        Report.FORMAT,
        Versions.of("gala"),
        commit(root),
        sizes.mode(),
        sizes.rounds(),
        told(sizes),
        started.toString(),
        started.until(Instant.now(), ChronoUnit.SECONDS),
        Machine.here(data),
        server,
        tookPart(all, tables),
        combined,
        Goals.of(combined),
        Validity.problems(combined, server));
  }

  private int place(CaseResult table) {
    List<String> told =
        Cases.of(sizes).stream().map(what -> what.scenario() + " " + what.variant()).toList();
    return told.indexOf(table.scenario() + " " + table.variant());
  }

  private boolean wanted(Line line) {
    return lines.isEmpty() || lines.contains(line.info().id());
  }

  private static List<Report.LineInfo> tookPart(List<Line> lines, List<CaseResult> tables) {
    var ids = new LinkedHashSet<String>();
    tables.forEach(table -> table.lines().forEach(line -> ids.add(line.line())));
    var infos = new ArrayList<Report.LineInfo>();
    for (Line line : lines) {
      Line.Info info = line.info();
      if (ids.contains(info.id())) {
        infos.add(new Report.LineInfo(info.id(), info.title(), info.version(), info.settings()));
      }
    }
    return infos;
  }

  private static Map<String, String> told(Sizes sizes) {
    var told = new LinkedHashMap<String, String>();
    told.put("warm-up of each loop", sizes.warmUpMillis() + " ms");
    told.put("counted", sizes.windowMillis() + " ms, in pipeline twice as long");
    told.put("events in a filled queue", String.valueOf(sizes.fill()));
    told.put("seconds at a fixed rate", String.valueOf(sizes.latencySeconds()));
    told.put("seconds idle", String.valueOf(sizes.idleSeconds()));
    told.put("rows in the way", String.valueOf(sizes.scaleRows()));
    told.put("events under an old snapshot", String.valueOf(sizes.snapshotEvents()));
    return told;
  }

  /** Read, not asked of git: there may be none. */
  static String commit(Path root) {
    try {
      Path git = root.resolve(".git");
      if (!Files.isDirectory(git)) {
        return "unknown";
      }
      String head = Files.readString(git.resolve("HEAD")).strip();
      if (!head.startsWith("ref: ")) {
        return head;
      }
      Path ref = git.resolve(head.substring("ref: ".length()));
      return Files.exists(ref) ? Files.readString(ref).strip() : "unknown";
    } catch (IOException e) {
      return "unknown";
    }
  }
}
