package dev.gala.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.bench.json.ReportJson;
import dev.gala.bench.load.Case;
import dev.gala.bench.load.Situation;
import dev.gala.bench.report.CaseResult;
import dev.gala.bench.report.Machine;
import dev.gala.bench.report.Report;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class DocsTest {
  @Test
  void writesThePageAndAChartOfEachScenario(@TempDir Path folder) throws Exception {
    Docs.write(report("full", List.of()), folder);
    String page = Files.readString(folder.resolve("benchmarks.md"));
    assertThat(page)
        .startsWith("# Benchmarks\n")
        .contains("## What to expect", "- 50 callers emit 900 a second together.")
        .contains("## How it is measured", "## Machine and settings", "| PostgreSQL fsync | on |")
        .contains("![emit](benchmarks/emit.svg)", "**50 callers at once**")
        .contains("| title of gala | 900 | 900 – 900 | – |  | 0.90× |")
        .contains("| emit, 50 at once, to the shared limit | ≥ 0.90 | 0.90 | reached |")
        .doesNotContain("Not a full run", "Not valid");

    Document chart = parse(Files.readString(folder.resolve("benchmarks/emit.svg")));
    assertThat(chart.getElementsByTagName("rect").getLength()).isEqualTo(2);
    assertThat(chart.getDocumentElement().getAttribute("aria-label")).isEqualTo("emit");
    assertThat(folder.resolve("benchmarks/work.svg")).exists();
    assertThat(ReportJson.read(Files.readString(folder.resolve("benchmarks/figures.json"))).cases())
        .hasSize(2);
  }

  @Test
  void thePageOfTheProjectSaysHowItIsMeasuredNow() throws Exception {
    Path page = Path.of("").toAbsolutePath().resolveSibling("docs/benchmarks.md");
    assertThat(Files.readString(page))
        .as("write it again: ./gala bench --from docs/benchmarks/figures.json --docs")
        .contains(Docs.remarks().strip(), Docs.method().strip());
  }

  @Test
  void saysWhatNotToBelieve(@TempDir Path folder) throws Exception {
    Docs.write(report("quick", List.of("the server's fsync is off")), folder);
    assertThat(Files.readString(folder.resolve("benchmarks.md")))
        .contains("> **Not a full run.**", "> **Not valid:** the server's fsync is off");
  }

  private static Report report(String mode, List<String> problems) {
    List<CaseResult> cases =
        List.of(
            ValidityTest.table(new Case.Emit(50), Map.of("limit", 1_000.0, "gala", 900.0)),
            ValidityTest.table(
                new Case.Work(1, Situation.EMPTY, false), Map.of("gala", 2.0, "jobrunr", 1.0)));
    return new Report(
        Report.FORMAT,
        "0.1.0",
        "0123456789abcdef",
        mode,
        5,
        Map.of("counted", "2000 ms"),
        "2026-01-02T03:04:05Z",
        2_400,
        new Machine("a <processor> & more", 2, 1_024, "an OS", "a JVM", List.of("-Xmx2g"), "ext4"),
        RunnerTest.durable(),
        List.of(
            new Report.LineInfo("limit", "limit: by hand", "1", Map.of()),
            new Report.LineInfo("gala", "title of gala", "1", Map.of("workers", "50"))),
        cases,
        Goals.of(cases),
        problems);
  }

  private static Document parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
  }
}
