package dev.gala.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '`',
      value = {
        "postgres://u:p@h:1/d postgres://u:p@h:1/d jdbc:postgresql://h:1/d?user=u&password=p",
        "postgresql://u@h/d postgres://u@h/d jdbc:postgresql://h/d?user=u",
        "postgres://h postgres://h/postgres jdbc:postgresql://h/postgres",
        "postgres://u@ postgres://u@localhost/u jdbc:postgresql://localhost/u?user=u",
        "postgres:///d postgres://localhost/d jdbc:postgresql://localhost/d",
        "postgres://[::1]:5/d postgres://[::1]:5/d jdbc:postgresql://[::1]:5/d",
        "postgres://a:1,b:2/d postgres://a:1,b:2/d jdbc:postgresql://a:1,b:2/d",
        "postgres://u%40x:p%2F+@h/d%20e postgres://u%40x:p%2F%2B@h/d%20e"
            + " jdbc:postgresql://h/d%20e?user=u%40x&password=p%2F%2B",
        "jdbc:postgresql://h:1/d?user=u&password=p&ssl=true postgres://u:p@h:1/d?ssl=true"
            + " jdbc:postgresql://h:1/d?user=u&password=p&ssl=true",
        "jdbc:postgresql://h/d?ApplicationName=a postgres://h/d?application_name=a"
            + " jdbc:postgresql://h/d?ApplicationName=a",
      })
  void bothNotationsAreUnderstoodAndWritten(String given, String url, String jdbcUrl) {
    PostgresUrl parsed = PostgresUrl.parse(given, "this");
    assertThat(parsed.url()).isEqualTo(url);
    assertThat(parsed.jdbcUrl()).isEqualTo(jdbcUrl);
    assertThat(PostgresUrl.parse(jdbcUrl, "this")).isEqualTo(parsed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://secret@h/d",
        "secret",
        "",
        "postgres://u:secret%zz@h/d",
        "postgres://u:secret@h/d?x",
      })
  void otherUrlsAreRefusedWithoutShowingThem(String given) {
    assertThatThrownBy(() -> PostgresUrl.parse(given, "GALA_TEST_DATABASE_URL"))
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining("GALA_TEST_DATABASE_URL is no PostgreSQL URL")
        .hasMessageContaining("postgres://user:password@host:5432/database")
        .hasMessageNotContaining("secret");
  }

  @Test
  void thePasswordIsNotPrinted() {
    assertThat(PostgresUrl.parse("postgres://u:secret@h/d", "this"))
        .hasToString("postgres://u@h/d");
  }
}
