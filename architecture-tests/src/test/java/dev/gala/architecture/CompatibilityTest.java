package dev.gala.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** From the second release on, every published module is compared with the release before. */
class CompatibilityTest {
  private static final String FIRST = "0.1.0";

  @Test
  void theReleaseBeforeIsComparedWith() {
    String version = value("version").replace("-SNAPSHOT", "");
    assumeFalse(version.equals(FIRST), "there is no release to be compatible with before " + FIRST);
    assertThat(value("gala.compatibility.skip"))
        .as("pom.xml: let the comparison run, now that there is something to compare with")
        .isEqualTo("false");
    assertThat(value("gala.compatibility.baseline"))
        .as("pom.xml: name the release whose users must not have to compile again")
        .isNotEqualTo(version);
  }

  private static String value(String element) {
    Pattern pattern = Pattern.compile("<%1$s>([^<]+)</%1$s>".formatted(Pattern.quote(element)));
    Matcher matcher = pattern.matcher(Sources.read(Sources.root().resolve("pom.xml")));
    assertThat(matcher.find()).as("pom.xml has %s", element).isTrue();
    return matcher.group(1);
  }
}
