package dev.gala.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The project's own files. */
final class Sources {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private Sources() {}

  static Path root() {
    return ROOT;
  }

  /** Java files of the modules' main code. */
  static List<Path> main() {
    return javaFiles("src/main/java");
  }

  /** Java files of the modules' tests. */
  static List<Path> tests() {
    return javaFiles("src/test/java");
  }

  /** Java files that may mark tests: the modules' tests, and the suite that drivers are to pass. */
  static List<Path> marked() {
    Path suite = ROOT.resolve("driver-conformance");
    return Stream.concat(tests().stream(), main().stream().filter(file -> file.startsWith(suite)))
        .toList();
  }

  /** Java files of the example programs and their tests. */
  static List<Path> examples() {
    return Stream.concat(main().stream(), tests().stream())
        .filter(
            file ->
                ROOT.relativize(file).startsWith("examples")
                    || ROOT.relativize(file).startsWith("examples-river"))
        .toList();
  }

  /** The README and the pages of the documentation. */
  static List<Path> pages() {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
          .filter(file -> file.toString().endsWith(".md"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Path> moduleDescriptors() {
    return main().stream().filter(file -> file.endsWith("module-info.java")).toList();
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> javaFiles(String folder) {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return modules
          .map(module -> module.resolve(folder))
          .filter(Files::isDirectory)
          .flatMap(Sources::below)
          .filter(file -> file.toString().endsWith(".java"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> below(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
