package dev.gala.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/river-conformance.md} says what the marks in the tests say. */
class ConformancePageTest {
  private static final Path PAGE = Sources.root().resolve("docs/river-conformance.md");
  private static final String REGENERATE =
      "./mvnw -pl architecture-tests -am verify -Dgala.regenerate=true"
          + " -Dtest=ConformancePageTest -Dsurefire.failIfNoSpecifiedTests=false";
  private static final int POINTS = 105;

  /**
   * A point of River's protocol.
   *
   * @param number from 1
   * @param section what it is about
   * @param text what must hold
   */
  private record Point(int number, String section, String text) {
    static Point parse(String line) {
      String[] parts = line.split("\\|", 3);
      return new Point(Integer.parseInt(parts[0].strip()), parts[1].strip(), parts[2].strip());
    }
  }

  @Test
  void thePageIsAsTheMarksSay() throws IOException {
    List<Point> points = points();
    assertThat(points)
        .extracting(Point::number)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, POINTS).boxed().toList());
    SortedMap<Integer, SortedSet<String>> marks = RiverMarks.in(Sources.marked());
    assertThat(marks.keySet()).as("points that tests name").allMatch(n -> n >= 1 && n <= POINTS);

    String page = page(points, marks);
    if (Boolean.getBoolean("gala.regenerate")) {
      Files.writeString(PAGE, page);
    }

    assertThat(Sources.read(PAGE))
        .as("docs/river-conformance.md is stale: run %s", REGENERATE)
        .isEqualTo(page);
  }

  @Test
  void marksAreReadInEveryForm(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("SomeTest.java");
    Files.writeString(
        file,
        """
        class SomeTest {
          // @RiverPoint(9) is a comment
          @Test @RiverPoint(1) void single() { call("@RiverPoint(8)"); }
          @RiverPoint({2, 3})
          @ValueSource(strings = "void other(")
          public void array(String s) {}
          @RiverPoint(value = {
              3,
              4,
          })
          void named() {}
          class Inner {
            @dev.gala.conformance.RiverPoint(value = 5) void qualified() {}
          }
        }
        """);

    assertThat(RiverMarks.in(List.of(file)))
        .containsOnlyKeys(1, 2, 3, 4, 5)
        .containsEntry(1, new TreeSet<>(List.of("SomeTest.single")))
        .containsEntry(3, new TreeSet<>(List.of("SomeTest.array", "SomeTest.named")))
        .containsEntry(5, new TreeSet<>(List.of("SomeTest.Inner.qualified")));
  }

  private static String page(List<Point> points, SortedMap<Integer, SortedSet<String>> marks) {
    var lines = new ArrayList<String>();
    lines.add("# Which points of River's protocol are proven, and by what");
    lines.add("");
    lines.add(
        "Generated from the `@RiverPoint` marks of the tests: do not edit. A test that fails names");
    lines.add("the command when this page is stale:");
    lines.add("");
    lines.add("```sh");
    lines.add(REGENERATE);
    lines.add("```");
    lines.add("");
    long without =
        points.stream().filter(p -> !applies(p) && !marks.containsKey(p.number())).count();
    lines.add(
        "%d of %d points have a test. %d are about SQLite, for which there is no driver here: they do not"
            .formatted(marks.size(), POINTS, without));
    lines.add("apply.");
    String section = "";
    for (Point point : points) {
      if (!point.section().equals(section)) {
        section = point.section();
        lines.addAll(List.of("", "## " + section, "", "| | must hold | tests |", "|---|---|---|"));
      }
      lines.add(
          "| %d | %s | %s |"
              .formatted(point.number(), point.text(), tests(point, marks.get(point.number()))));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String tests(Point point, SortedSet<String> tests) {
    if (tests != null) {
      return tests.stream().map(test -> "`" + test + "`").collect(Collectors.joining("<br>"));
    }
    return applies(point) ? "**missing**" : "not applicable: there is no SQLite driver";
  }

  private static boolean applies(Point point) {
    return !point.section().equals("SQLite");
  }

  private static List<Point> points() throws IOException {
    try (var in = ConformancePageTest.class.getResourceAsStream("/river-points.txt")) {
      Stream<String> lines =
          Arrays.stream(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n"));
      return lines
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(Point::parse)
          .toList();
    }
  }
}
