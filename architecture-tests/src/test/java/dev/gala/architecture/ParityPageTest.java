package dev.gala.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/parity.md} leaves no name of the original out, and names only what there is. */
class ParityPageTest {
  private static final String NOTHING = "—";

  private static final Pattern ROW =
      Pattern.compile("\\| `([^`]+)` \\| `?([^`|]+?)`? \\| `?([^`|]+?)`? \\| ?(.*?) ?\\|");

  /**
   * A row of the page.
   *
   * @param original the name in Go
   * @param here the name in Java, or nothing
   * @param test the test that exercises it, or nothing
   * @param note the difference; empty if there is none worth a word
   */
  private record Row(String original, String here, String test, String note) {}

  @Test
  void everyNameOfTheOriginalHasARow() {
    Set<String> rows = new TreeSet<>(rows().stream().map(Row::original).toList());
    assertThat(rows).as("one row each").hasSize(rows().size());
    Set<String> missing = new TreeSet<>(originals());
    assertThat(rows).as("rows for names the original does not have").isSubsetOf(missing);
    missing.removeAll(rows);
    assertThat(missing).as("names without a row").isEmpty();
  }

  @Test
  void whatIsNamedHereExists() {
    assertThat(named()).filteredOn(row -> !exists(row.here())).isEmpty();
  }

  @Test
  void whatHasNoCounterpartHasAReason() {
    assertThat(rows())
        .filteredOn(row -> row.here().equals(NOTHING))
        .filteredOn(row -> row.note().length() < 20 || !row.test().equals(NOTHING))
        .isEmpty();
  }

  /** The test is one, and its file says the name. */
  @Test
  void theTestsNamedExerciseTheNames() {
    Map<String, String> tests = new HashMap<>();
    for (Path file : Sources.tests()) {
      String name = file.getFileName().toString().replace(".java", "");
      tests.merge(name, Sources.read(file), String::concat);
    }
    assertThat(named()).filteredOn(row -> !isExercised(row, tests)).isEmpty();
  }

  private static boolean isExercised(Row row, Map<String, String> tests) {
    String[] test = row.test().split("#", -1);
    String source = tests.getOrDefault(test[0], "");
    return test.length == 2
        && source.contains("void " + test[1] + "(")
        && Pattern.compile("\\b" + lastWord(row.here()) + "\\b").matcher(source).find();
  }

  private static List<Row> named() {
    return rows().stream().filter(row -> !row.here().equals(NOTHING)).toList();
  }

  @Test
  void namesThatDoNotExistAreFound() {
    assertThat(List.of("Nothing", "event.Nothing", "event.Topic#nothing", "Gala#closing"))
        .noneMatch(ParityPageTest::exists);
    assertThat(List.of("Gala#create", "pool.Pool.Builder#name", "event.Headers#tags"))
        .allMatch(ParityPageTest::exists);
  }

  private static String lastWord(String name) {
    return name.substring(Math.max(name.lastIndexOf('#'), name.lastIndexOf('.')) + 1);
  }

  private static boolean exists(String name) {
    String[] parts = name.split("#", -1);
    Class<?> type = type(parts[0]);
    if (type == null || !Modifier.isPublic(type.getModifiers())) {
      return false;
    }
    return parts.length == 1
        || Arrays.stream(type.getMethods()).anyMatch(m -> m.getName().equals(parts[1]))
        || Arrays.stream(type.getFields()).anyMatch(f -> f.getName().equals(parts[1]));
  }

  /** The class of that name in an exported package, nested ones too; null if there is none. */
  private static Class<?> type(String name) {
    String binary = "dev.gala." + name;
    for (int dot = binary.length(); dot > 0; dot = binary.lastIndexOf('.', dot - 1)) {
      String candidate = binary.substring(0, dot) + binary.substring(dot).replace('.', '$');
      try {
        return Class.forName(candidate, false, ParityPageTest.class.getClassLoader());
      } catch (ClassNotFoundException notSo) {
        // Perhaps it is nested in what stands before the dot.
      }
    }
    return null;
  }

  private static List<Row> rows() {
    var rows = new ArrayList<Row>();
    for (String line : Sources.read(Sources.root().resolve("docs/parity.md")).lines().toList()) {
      if (line.startsWith("| `")) {
        Matcher matcher = ROW.matcher(line);
        assertThat(matcher.matches()).as("a row of four cells: %s", line).isTrue();
        rows.add(new Row(matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4)));
      }
    }
    return rows;
  }

  private static List<String> originals() {
    try (var in = ParityPageTest.class.getResourceAsStream("/original-names.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.substring(line.indexOf(' ') + 1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
