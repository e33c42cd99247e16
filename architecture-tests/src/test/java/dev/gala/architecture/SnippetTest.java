package dev.gala.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the pages show is what the examples compile. */
class SnippetTest {
  @Test
  void everySnippetStandsOnAPage() {
    List<String> pages = Sources.pages().stream().map(Sources::read).toList();
    assertThat(snippets())
        .hasSizeGreaterThanOrEqualTo(4)
        .allSatisfy(
            snippet -> assertThat(pages).anySatisfy(page -> assertThat(page).contains(snippet)));
  }

  @Test
  void theSmallestProgramIsUnderFifteenLines() {
    String smallest =
        snippets().stream().filter(s -> s.contains("Gala.connect")).findFirst().orElseThrow();
    assertThat(smallest.lines().filter(line -> !line.isBlank()).count()).isLessThan(15);
  }

  private static List<String> snippets() {
    var snippets = new ArrayList<String>();
    for (Path file : Sources.examples()) {
      collect(Sources.read(file).lines().toList(), snippets);
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
