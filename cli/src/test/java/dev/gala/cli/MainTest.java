package dev.gala.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @Test
  void helpAndVersion() {
    assertThat(Cli.run("--help").assertDone().out()).contains("demo", "jobs", "migrate", "queues");
    assertThat(Cli.run("demo", "--help").assertDone().out()).contains("--database", "--keep");
    assertThat(Cli.run("--version").assertDone().out()).startsWith("gala ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no-such-command",
        "--no-such-option",
        "migrate",
        "migrate up",
        "migrate sideways --database postgres://localhost/x",
        "migrate down",
        "migrate validate",
        "migrate up --max-steps 0 --database postgres://127.0.0.1:1/x",
        "migrate up --target-version one --database postgres://127.0.0.1:1/x",
        "migrate sql",
        "migrate sql --up",
        "migrate sql --all",
        "migrate sql --all --up --down",
        "migrate sql --all --version 3 --up",
        "migrate sql --version 9 --up",
        "migrate sql --all --up --schema no-schema",
        "migrate up --database",
        "migrate up --database mysql://localhost/x",
        "migrate list --database postgres://localhost:port/x",
        "migrate list --database postgres://127.0.0.1:1/x",
        "demo --no-such-option",
        "demo --events many",
        "demo argument",
        "jobs",
        "jobs list",
        "jobs list --database postgres://127.0.0.1:1/x",
        "jobs list --database postgres://127.0.0.1:1/x --state working",
        "jobs list --database postgres://127.0.0.1:1/x --output xml",
        "jobs show --database postgres://127.0.0.1:1/x",
        "jobs show --database postgres://127.0.0.1:1/x seven",
        "jobs cancel --database postgres://127.0.0.1:1/x",
        "jobs retry --database postgres://127.0.0.1:1/x",
        "jobs delete --database postgres://127.0.0.1:1/x",
        "jobs delete --database postgres://127.0.0.1:1/x --limit 5",
        "jobs delete --database postgres://127.0.0.1:1/x --kind a 7",
        "queues",
        "queues list",
        "queues pause --database postgres://127.0.0.1:1/x",
        "queues resume --database postgres://127.0.0.1:1/x --all default",
      })
  void badInput(String arguments) {
    Cli.run(arguments.isEmpty() ? new String[0] : arguments.split(" ")).assertRefused();
  }

  @ParameterizedTest
  @EnumSource(
      value = RiverError.class,
      names = {"DATABASE_TOO_OLD", "DATABASE_UNAVAILABLE", "DATABASE_URL_INVALID"})
  void whatIsWrongWithTheDatabaseIsBadInput(RiverError code) {
    var failure = Failure.of(new RiverException(code, "what is wrong\nand more"));
    assertThat(failure).contains(new Failure(2, "what is wrong"));
  }

  @ParameterizedTest
  @CsvSource({"42501, 2, may create tables", "25006, 2, written to", "57P01, 1, was lost"})
  void theDatabaseRefuses(String state, int exitCode, String remedy) {
    var refusal = new SQLException("refused", state);
    var failure = Failure.of(new RiverException(RiverError.DATABASE, "wrapped", refusal));
    assertThat(failure.orElseThrow().exitCode()).isEqualTo(exitCode);
    assertThat(failure.orElseThrow().message()).contains("refused", remedy);
  }

  @Test
  void bugsKeepTheirStackTrace() {
    assertThat(Failure.of(new IllegalStateException("a bug"))).isEmpty();
    assertThat(Failure.of(new SQLException("a bug", "42601"))).isEmpty();
  }
}
