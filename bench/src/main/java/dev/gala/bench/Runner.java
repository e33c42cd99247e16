package dev.gala.bench;

import dev.gala.bench.load.Case;
import dev.gala.bench.load.Line;
import dev.gala.bench.load.Metric;
import dev.gala.bench.load.Percentiles;
import dev.gala.bench.load.Round;
import dev.gala.bench.load.Sample;
import dev.gala.bench.load.Sizes;
import dev.gala.bench.load.Skipped;
import dev.gala.bench.profile.CpuProfile;
import dev.gala.bench.report.CaseResult;
import dev.gala.bench.report.Figures;
import dev.gala.bench.report.LineResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures cases: a round that does not count, then rounds in which every line is measured once, in
 * an order that is another one each time. What the machine does meanwhile falls on all alike.
 */
final class Runner {
  private final Sizes sizes;
  private final Progress progress;
  private final Path data;

  /**
   * A runner.
   *
   * @param data where files may lie for a while
   */
  Runner(Sizes sizes, Progress progress, Path data) {
    this.sizes = sizes;
    this.progress = progress;
    this.data = data;
  }

  CaseResult run(Case what, List<Line> lines) {
    List<Line> taking = lines.stream().filter(line -> line.takesPart(what)).toList();
    Map<String, Track> tracks = new LinkedHashMap<>();
    taking.forEach(line -> tracks.put(line.info().id(), new Track()));
    for (int number = 0; number <= sizes.rounds(what); number++) {
      if (number == 0 && !sizes.warmsUp(what)) {
        continue;
      }
      var order = new ArrayList<>(taking);
      if (!order.isEmpty()) {
        Collections.rotate(order, -number % order.size());
      }
      for (Line line : order) {
        Track track = tracks.get(line.info().id());
        if (track != null && track.skipped == null) {
          measure(what, line, new Round(number, sizes), track);
        }
      }
    }
    if (sizes.profiles() && what instanceof Case.Pipeline) {
      for (Line line : taking) {
        Track track = tracks.get(line.info().id());
        if (track != null && line.info().id().startsWith(Lines.OURS)) {
          profile(what, line, track);
        }
      }
    }
    return result(what, taking, tracks);
  }

  /** Once more, looked at closely, which slows it a little: it does not count. */
  private void profile(Case what, Line line, Track track) {
    var round = new Round(sizes.rounds(what) + 1, sizes);
    try {
      track.profile = CpuProfile.of(data, () -> line.measure(what, round));
    } catch (Exception e) {
      progress.failed(what, line.info().id(), e);
    }
  }

  private void measure(Case what, Line line, Round round, Track track) {
    try {
      Sample sample = line.measure(what, round);
      if (!round.warmsUp()) {
        track.samples.add(sample);
      }
      progress.measured(what, line.info().id(), round, sample.figure(what.metrics().getFirst()));
    } catch (Skipped e) {
      track.skipped = e.reason();
      progress.skipped(what, line.info().id(), e.reason());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring " + line.info().id(), e);
    } catch (Exception e) {
      track.skipped = "failed: " + firstLine(e);
      progress.failed(what, line.info().id(), e);
    }
  }

  private static String firstLine(Exception e) {
    String message = String.valueOf(e.getMessage());
    return e.getClass().getSimpleName() + ": " + message.lines().findFirst().orElse("");
  }

  private static CaseResult result(Case what, List<Line> lines, Map<String, Track> tracks) {
    var columns = new ArrayList<CaseResult.Column>();
    for (Metric metric : what.metrics()) {
      columns.add(new CaseResult.Column(metric.name(), metric.title(), metric.higherIsBetter()));
    }
    var rows = new ArrayList<LineResult>();
    for (Line line : lines) {
      Track track = tracks.get(line.info().id());
      if (track != null) {
        rows.add(row(what, line, track));
      }
    }
    String reference =
        rows.stream().filter(LineResult::counts).map(LineResult::line).findFirst().orElse("");
    var table = new CaseResult(what.scenario(), what.variant(), columns, reference, rows);
    return compared(table);
  }

  private static LineResult row(Case what, Line line, Track track) {
    Map<String, Figures> figures = new LinkedHashMap<>();
    var problems = new ArrayList<String>();
    if (track.skipped == null) {
      for (Metric metric : what.metrics()) {
        figures.put(metric.name(), figures(metric, track.samples));
      }
      track.samples.forEach(sample -> problems.addAll(sample.problems()));
    }
    Sample last = track.samples.isEmpty() ? null : track.samples.getLast();
    return new LineResult(
        line.info().id(),
        track.skipped,
        figures,
        last == null ? Map.of() : last.settings(),
        last == null ? Map.of() : last.details().isEmpty() ? track.profile : last.details(),
        problems.stream().distinct().toList());
  }

  /** One round has too few events to tell its slowest thousandth: there, all rounds are one. */
  private static Figures figures(Metric metric, List<Sample> samples) {
    List<Double> rounds = samples.stream().map(sample -> sample.figure(metric)).toList();
    Figures figures = Figures.of(rounds);
    if (metric != Metric.P999) {
      return figures;
    }
    long[] all =
        samples.stream().flatMap(one -> one.micros().stream()).mapToLong(Long::longValue).toArray();
    if (all.length == 0) {
      return figures;
    }
    Arrays.sort(all);
    return new Figures(Percentiles.millis(all, 0.999), figures.low(), figures.high(), rounds, null);
  }

  /** With the ratio of every line to the table's first. */
  static CaseResult compared(CaseResult table) {
    CaseResult.Column main = table.metrics().getFirst();
    double reference = table.figure(table.reference(), main.name()).orElse(Double.NaN);
    var rows = new ArrayList<LineResult>();
    for (LineResult line : table.lines()) {
      Map<String, Figures> figures = new LinkedHashMap<>(line.figures());
      figures.computeIfPresent(
          main.name(), (name, own) -> own.against(reference, main.higherIsBetter()));
      rows.add(
          new LineResult(
              line.line(),
              line.skipped(),
              figures,
              line.settings(),
              line.details(),
              line.problems()));
    }
    return new CaseResult(
        table.scenario(), table.variant(), table.metrics(), table.reference(), rows);
  }

  /** What a line gave so far. */
  private static final class Track {
    private final List<Sample> samples = new ArrayList<>();
    private @Nullable String skipped;
    private Map<String, String> profile = Map.of();
  }
}
