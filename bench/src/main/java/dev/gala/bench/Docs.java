package dev.gala.bench;

import dev.gala.bench.json.ReportJson;
import dev.gala.bench.report.Page;
import dev.gala.bench.report.Report;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** Writes the page of a run, and its charts. */
final class Docs {
  private Docs() {}

  /**
   * Writes {@code benchmarks.md}, and {@code benchmarks/*.svg} and the figures themselves, below a
   * folder.
   */
  static void write(Report report, Path folder) throws IOException {
    Path charts = Files.createDirectories(folder.resolve("benchmarks"));
    for (Map.Entry<String, String> chart : Page.charts(report).entrySet()) {
      Files.writeString(charts.resolve(chart.getKey()), chart.getValue());
    }
    ReportJson.write(report, charts.resolve("figures.json"));
    Files.writeString(folder.resolve("benchmarks.md"), Page.of(report, remarks(), method()));
  }

  /** How it is measured, in words. */
  static String method() throws IOException {
    return text("benchmarks-method.md");
  }

  /** What stands in the way where a goal is not reached, in words. */
  static String remarks() throws IOException {
    return text("benchmarks-remarks.md");
  }

  private static String text(String name) throws IOException {
    try (InputStream text = Docs.class.getResourceAsStream("/" + name)) {
      return new String(Objects.requireNonNull(text, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
