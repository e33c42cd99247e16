package dev.gala.interop.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.gala.conformance.RiverPoint;
import dev.gala.interop.peer.Language;
import dev.gala.test.postgres.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * River's own conformance suite, where a checkout of River is at hand: {@code
 * -Driver.conformance=/path/to/river/conformance}, and {@code -Driver.conformance.run=PATTERN} for
 * some of it. It is run as it is; one file of ours, laid over it, tells it of the adapter. Left out
 * is what this engine does otherwise on purpose, which {@code interop/README.md} gives the reasons
 * for.
 */
class RiverSuiteTest {
  private static final Path OURS = Path.of("suite", "gala_test.go").toAbsolutePath();
  private static final Path LOG = Path.of("target", "river-suite.log").toAbsolutePath();
  private static final String OTHERWISE =
      "^TestBatch$/^Atomicity$|^TestFleet$/^RescuerUnknownKind$|^TestChaos$/^CompletionRowLock$";

  private static final long PATIENCE_MINUTES = 90;

  @Test
  @RiverPoint(105)
  void passes(@TempDir Path folder) throws Exception {
    String given = System.getProperty("river.conformance", "");
    if (given.isEmpty()) {
      String missing =
          "give -Driver.conformance=/path/to/river/conformance, of River v0.49 or later";
      System.out.println("SKIPPED: River's own conformance suite: " + missing);
      abort(missing);
    }
    Path suite = Path.of(given).toRealPath();
    assertThat(suite.resolve("harness")).as("the suite's harness").isDirectory();
    Path laidOver = suite.resolve("harness").resolve("zz_gala_test.go");
    Path overlay = folder.resolve("overlay.json");
    Files.writeString(
        overlay,
        Json.object("Replace", Json.object(laidOver.toString(), Json.text(OURS.toString()))));

    try (TestDatabase database = TestDatabase.create()) {
      run(suite, overlay, database.url());
    }
    List<String> lines = Files.readAllLines(LOG);
    assertThat(lines.stream().filter(line -> line.strip().startsWith("--- FAIL")))
        .as("what failed; all of the output is in %s", LOG)
        .isEmpty();
    assertThat(lines).as("the end of %s", LOG).contains("PASS");
    assertThat(lines).anyMatch(line -> line.strip().startsWith("--- PASS"));
  }

  private static void run(Path suite, Path overlay, String url)
      throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(
                "go",
                "test",
                "-v",
                "-count=1",
                "-timeout=" + PATIENCE_MINUTES + "m",
                "-overlay=" + overlay,
                "-run=" + System.getProperty("river.conformance.run", "."),
                "-skip=" + OTHERWISE,
                "./harness")
            .directory(suite.toFile())
            .redirectErrorStream(true)
            .redirectOutput(LOG.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder
        .environment()
        .putAll(
            Map.of(
                "RIVER_CONFORMANCE",
                "gala",
                "RIVER_CONFORMANCE_DRIVERS",
                "postgres",
                "TEST_DATABASE_URL",
                url,
                "GALA_CONFORMANCE_ADAPTER",
                command()));
    Process process = builder.start();
    try {
      assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES))
          .as("ended within %s minutes; see %s", PATIENCE_MINUTES, LOG)
          .isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static String command() {
    return Json.texts(Language.java(Main.class.getName()));
  }
}
