package dev.gala.bench.go;

import dev.gala.bench.load.ChildProcess;
import dev.gala.bench.load.Skipped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program in Go, built when it is needed first. Not for several threads. */
final class GoProgram {
  private static final int BUILD_MINUTES = 5;

  private final Path sources;
  private final Path binary;
  private @Nullable String problem;
  private boolean built;

  /**
   * A program.
   *
   * @param root of the checkout
   * @param name of its folder
   */
  GoProgram(Path root, String name) {
    this.sources = root.resolve("bench/go").resolve(name);
    this.binary = root.resolve("target/bench/go-" + name);
  }

  /**
   * Builds it, if it is not built.
   *
   * @throws Skipped if that is impossible here
   */
  void prepare() throws Skipped {
    if (!built) {
      built = true;
      problem = build();
    }
    if (problem != null) {
      throw new Skipped(problem);
    }
  }

  /** Starts it, with a database told. */
  ChildProcess start(List<String> flags, String what, String url) throws IOException {
    var command = new ArrayList<String>();
    command.add(binary.toString());
    command.addAll(flags);
    command.add(what);
    ChildProcess process = ChildProcess.start(command);
    process.tell(url);
    return process;
  }

  /** What stands against it; null if it is built. */
  private @Nullable String build() {
    if (!Files.isDirectory(sources)) {
      return "its sources are not here";
    }
    try {
      Files.createDirectories(binary.getParent());
      Process process =
          new ProcessBuilder("go", "build", "-o", binary.toString(), ".")
              .directory(sources.toFile())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return "go build did not end within " + BUILD_MINUTES + " minutes";
      }
      String last = said.strip().lines().reduce("", (before, line) -> line);
      return process.exitValue() == 0 ? null : "go build failed: " + last;
    } catch (IOException e) {
      return "go is not installed";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted while it was built";
    }
  }
}
