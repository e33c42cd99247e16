package dev.gala.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.cli.input.UsageException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LibpqEnvironmentTest {
  private static final Map<String, String> ALL =
      Map.of(
          "PGHOST", "db.example.com",
          "PGPORT", "6432",
          "PGUSER", "app",
          "PGPASSWORD", "p&w =",
          "PGDATABASE", "jobs",
          "PGSSLMODE", "require");

  private static String url(String given) {
    return LibpqEnvironment.of(given, ALL).url();
  }

  @Test
  void theEnvironmentAloneIsEnough() {
    assertThat(LibpqEnvironment.of(null, ALL).url())
        .isEqualTo(
            "postgres://?user=app&password=p%26w%20%3D&host=db.example.com&port=6432&dbname=jobs"
                + "&sslmode=require");
    assertThat(LibpqEnvironment.of(null, Map.of("PGDATABASE", "jobs")).url())
        .isEqualTo("postgres://?dbname=jobs");
  }

  @Test
  void nothingSaysWhichDatabase() {
    assertThatThrownBy(() -> LibpqEnvironment.of(null, Map.of("PGHOST", "localhost")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--database-url");
    assertThatThrownBy(() -> LibpqEnvironment.of("sqlite://jobs.db", ALL))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("SQLite");
  }

  /** What the URL says goes first. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres://me:secret@here:1/mine?sslmode=disable",
        "postgresql://me:se@cret@here:1,there:2/mine?sslmode=disable",
        "postgres://?user=me&password=x&host=here&port=1&dbname=mine&sslmode=disable",
        "jdbc:postgresql://here/mine",
      })
  void aWholeUrlStaysAsItIs(String whole) {
    assertThat(url(whole)).isEqualTo(whole);
  }

  @Test
  void whatAUrlDoesNotSayTheEnvironmentDoes() {
    assertThat(url("postgres://me@here/mine?connect_timeout=5"))
        .isEqualTo(
            "postgres://me@here/mine?connect_timeout=5&password=p%26w%20%3D&port=6432"
                + "&sslmode=require");
    assertThat(url("postgres://:secret@:1/"))
        .isEqualTo(
            "postgres://:secret@:1/?user=app&host=db.example.com&dbname=jobs&sslmode=require");
  }

  @ParameterizedTest
  @CsvSource({
    "5000, PT5S",
    "10s, PT10S",
    "2min, PT2M",
    "1h, PT1H",
    "1d, PT24H",
    "100us, PT0.0001S",
    "0, PT0S"
  })
  void theUrlsTimeoutIsTakenOut(String written, Duration expected) {
    var target =
        LibpqEnvironment.of(
            "postgres://u:p@h:1/d?a=1&statement_timeout=" + written + "&b=2", Map.of());
    assertThat(target.url()).isEqualTo("postgres://u:p@h:1/d?a=1&b=2");
    assertThat(target.statementTimeout()).isEqualTo(expected);
  }

  @Test
  void aTimeoutThatIsNone() {
    assertThatThrownBy(() -> LibpqEnvironment.of("postgres://h/d?statement_timeout=soon", Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("statement_timeout=soon");
  }
}
