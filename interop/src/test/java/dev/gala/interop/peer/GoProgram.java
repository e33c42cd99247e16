package dev.gala.interop.peer;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program in Go, built once for all tests of a run. Where there is no Go of its version or its
 * modules cannot be had, the test that asks for it is skipped, and a line says why.
 */
public final class GoProgram {
  /** The client of River's own module, in {@code go}. */
  public static final GoProgram RIVER = new GoProgram("go", "river-peer");

  /** The original gala package, in {@code go-gala}. */
  public static final GoProgram GALA = new GoProgram("go-gala", "gala-peer");

  private static final int LEAST_MINOR = 26;
  private static final Pattern VERSION = Pattern.compile("go1\\.(\\d+)");
  private static final long PATIENCE_MINUTES = 8;

  private final Path sources;
  private final Path binary;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean tried;
  private String missing = "";

  private GoProgram(String folder, String name) {
    this.sources = Path.of(folder).toAbsolutePath();
    this.binary = Path.of("target", "go", name).toAbsolutePath();
  }

  /** The program, built; skips the test if it cannot be. */
  public Path binary() {
    lock.lock();
    try {
      if (!tried) {
        tried = true;
        missing = buildAlone();
        if (!missing.isEmpty()) {
          System.out.println("SKIPPED: tests against " + sources.getFileName() + ": " + missing);
        }
      }
    } finally {
      lock.unlock();
    }
    if (!missing.isEmpty()) {
      abort(missing);
    }
    return binary;
  }

  /** Tests run in several processes: one builds, and the others find it built. */
  private String buildAlone() {
    Path lockFile = binary.resolveSibling(binary.getFileName() + ".lock");
    try {
      Files.createDirectories(lockFile.getParent());
      try (FileChannel turn =
          FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        turn.lock();
        return build();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Why it cannot be built; empty if it was. Sources that do not compile fail. */
  private String build() {
    Run version = run("go", "version");
    Matcher found = VERSION.matcher(version.output());
    if (version.exit() != 0 || !found.find()) {
      return "there is no go on the PATH: install Go 1." + LEAST_MINOR + " or later";
    }
    if (Integer.parseInt(found.group(1)) < LEAST_MINOR) {
      return found.group() + " is on the PATH: install Go 1." + LEAST_MINOR + " or later";
    }
    // Fetches the packages it is made of, and no others.
    Run packages = run("go", "list", "-deps", ".");
    if (packages.exit() != 0) {
      return "its modules cannot be had: " + packages.output();
    }
    Run build = run("go", "build", "-trimpath", "-o", binary.toString(), ".");
    if (build.exit() != 0) {
      fail(sources + " does not compile: " + build.output());
    }
    return "";
  }

  private record Run(int exit, String output) {}

  private Run run(String... command) {
    var builder = new ProcessBuilder(command).directory(sources.toFile()).redirectErrorStream(true);
    builder.environment().put("GOWORK", "off");
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return new Run(-1, "it takes too long");
      }
      return new Run(process.exitValue(), output);
    } catch (IOException e) {
      return new Run(-1, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
