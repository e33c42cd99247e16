package dev.gala.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What users can reach is all they need, and an application needs little of it. */
class ExportsTest {
  private static final Pattern EXPORT = Pattern.compile("exports ([a-z.]+)\\s*;");
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?(dev\\.gala[a-z.]*)\\.[A-Z]");

  @Test
  void whatIsExportedSpeaksOfWhatIsExported() {
    Set<String> exported = exported();
    assertThat(exported).contains("dev.gala", "dev.gala.event", "dev.gala.river.job");
    var hidden = new TreeSet<String>();
    for (JavaClass type : DependencyTest.CLASSES) {
      if (exported.contains(type.getPackageName()) && isReachable(type)) {
        type.getMembers().stream()
            .filter(ExportsTest::isForUsers)
            .forEach(
                member ->
                    spokenOf(member)
                        .filter(word -> word.getPackageName().startsWith("dev.gala"))
                        .filter(
                            word -> !exported.contains(word.getPackageName()) || !isReachable(word))
                        .forEach(word -> hidden.add(member.getFullName() + ": " + word.getName())));
      }
    }
    assertThat(hidden).isEmpty();
  }

  /** The words of events, the composition, and perhaps one thing more. */
  @Test
  void anExampleNeedsTwoPackagesAndPerhapsOneMore() {
    for (Path file : Sources.examples()) {
      if (!Sources.root().relativize(file).startsWith("examples/src/main")) {
        continue;
      }
      Set<String> others =
          IMPORT
              .matcher(Sources.read(file))
              .results()
              .map(match -> match.group(1))
              .collect(Collectors.toCollection(TreeSet::new));
      others.removeAll(Set.of("dev.gala", "dev.gala.event"));
      assertThat(others).as("%s", file.getFileName()).hasSizeLessThanOrEqualTo(1);
    }
  }

  private static Stream<JavaClass> spokenOf(JavaMember member) {
    if (member instanceof JavaField field) {
      return Stream.of(word(field.getRawType()));
    }
    var unit = (JavaCodeUnit) member;
    return Stream.concat(Stream.of(unit.getRawReturnType()), unit.getRawParameterTypes().stream())
        .map(ExportsTest::word);
  }

  private static JavaClass word(JavaClass type) {
    return type.getBaseComponentType();
  }

  private static boolean isForUsers(JavaMember member) {
    Set<JavaModifier> modifiers = member.getModifiers();
    return !modifiers.contains(JavaModifier.SYNTHETIC)
        && (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED));
  }

  private static boolean isReachable(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ExportsTest::isReachable).orElse(true);
  }

  private static Set<String> exported() {
    return Sources.moduleDescriptors().stream()
        .flatMap(descriptor -> EXPORT.matcher(Sources.read(descriptor)).results())
        .map(MatchResult::group)
        .map(export -> export.replaceAll("exports |\\s|;", ""))
        .collect(Collectors.toSet());
  }
}
