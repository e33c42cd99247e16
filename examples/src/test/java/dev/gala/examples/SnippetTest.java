package dev.gala.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README shows is what is compiled here. */
class SnippetTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Path README = Path.of("../README.md");

  @Test
  void everySnippetStandsInTheReadme() throws IOException {
    String readme = Files.readString(README);
    List<String> snippets = snippets();
    assertThat(snippets).hasSizeGreaterThanOrEqualTo(2);
    assertThat(snippets).allSatisfy(snippet -> assertThat(readme).contains(snippet));
  }

  @Test
  void theSmallestProgramIsUnderFifteenLines() throws IOException {
    String smallest =
        snippets().stream().filter(s -> s.contains("void main")).findFirst().orElseThrow();
    assertThat(smallest.lines().filter(line -> !line.isBlank()).count()).isLessThan(15);
  }

  private static List<String> snippets() throws IOException {
    var snippets = new ArrayList<String>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        collect(Files.readAllLines(file), snippets);
      }
    }
    return snippets;
  }

  private static void collect(List<String> lines, List<String> snippets) {
    List<String> current = null;
    for (String line : lines) {
      if (line.strip().startsWith("// snippet:")) {
        current = new ArrayList<>();
      } else if (line.strip().equals("// end") && current != null) {
        snippets.add(String.join("\n", current).stripTrailing().stripIndent().strip());
        current = null;
      } else if (current != null) {
        current.add(line);
      }
    }
  }
}
