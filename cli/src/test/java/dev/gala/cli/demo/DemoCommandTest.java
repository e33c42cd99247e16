package dev.gala.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.cli.Cli;
import dev.gala.test.postgres.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoCommandTest {
  private static final int COMMITS = 45;

  @TempDir private static Path temp;
  private static Path repository;
  private static TestDatabase database;

  @BeforeAll
  static void prepare() throws Exception {
    repository = GitRepository.of(temp.resolve("repository"), COMMITS).folder();
    database = TestDatabase.create();
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @Test
  void losesAndRepeatsNothingAndLeavesNothingBehind() throws Exception {
    Cli demo = demo().assertDone();
    assertThat(demo.lastLine())
        .matches(
            "demo: emitted=45 handled=135 retried=2 lost=0 repeated=0 events_per_second=\\d+"
                + " p50_ms=\\d+\\.\\d\\d p99_ms=\\d+\\.\\d\\d");
    assertThat(demo.out())
        .contains("45 commits", "the one given", "nothing lost, nothing repeated", "李 23, Zoë 22");
    assertThat(count("select count(*) from river_job")).isZero();
    assertThat(count("select count(*) from pg_namespace where nspname like 'gala_demo%'")).isZero();
  }

  @Test
  void repeatsTheHistoryAndArrivesWithoutNotificationsAndKeeps() throws Exception {
    Cli demo = demo("--events", "60", "--poll-only", "--keep").assertDone();
    assertThat(demo.lastLine())
        .startsWith("demo: emitted=60 handled=180 retried=3 lost=0 repeated=0 ");
    assertThat(demo.out()).contains("psql '" + database.url() + "'").doesNotContain("stop ");

    String schema = found("gala_demo_\\w+", demo.out());
    String queue = found("demo_\\d\\w+", demo.out().replace(schema, ""));
    assertThat(count("select sum(commits) from " + schema + ".author_statistics")).isEqualTo(60);
    assertThat(count("select count(*) from " + schema + ".recorded_commit")).isEqualTo(60);
    String completed = "select count(*) from river_job where state = 'completed' and queue = '";
    assertThat(count(completed + queue + "'")).isEqualTo(60);
    Path changelog = Path.of(found("/\\S+CHANGELOG.txt", demo.out()));
    assertThat(changelog).content().contains("Zeile 7 für alle (李)");
    assertThat(Files.readAllLines(changelog)).hasSize(60);

    execute("drop schema " + schema + " cascade", "delete from river_job");
    for (Path file : List.of(changelog, changelog.resolveSibling("fails-every-20th.txt"))) {
      Files.delete(file);
    }
    Files.delete(changelog.getParent());
  }

  @Test
  void emitsAtTheRateAskedFor() {
    Cli demo = demo("--events", "10", "--rate", "100", "--emitters", "1", "--workers", "3");
    assertThat(demo.assertDone().out()).contains("by 1 thread,").doesNotContain("full load");
    assertThat(demo.lastLine()).startsWith("demo: emitted=10 handled=30 retried=0 lost=0 repeat");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--git /no/such/folder",
        "--events 0",
        "--events -1",
        "--events 1000001",
        "--emitters 0",
        "--rate 0",
        "--workers 0",
        "--database postgres://127.0.0.1:1/x",
        "--database nonsense",
        "--database jdbc:postgresql://user:secret@localhost/x",
        "--database postgres://localhost:port/x",
        "--database postgres://localhost/x?no_such_parameter=1",
      })
  void badInput(String arguments) {
    var all = new ArrayList<>(List.of("demo", "--git", repository.toString()));
    if (arguments.startsWith("--git")) {
      all.subList(1, 3).clear();
    }
    all.addAll(List.of(arguments.split(" ")));
    Cli refused = Cli.run(all.toArray(String[]::new)).assertRefused();
    assertThat(refused.err()).doesNotContain("secret");
  }

  private static Cli demo(String... more) {
    var arguments = new ArrayList<>(List.of("demo", "--git", repository.toString()));
    arguments.addAll(List.of("--database", database.url()));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private static String found(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return matcher.group();
  }

  private static long count(String sql) throws SQLException {
    try (var connection = database.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void execute(String... statements) throws SQLException {
    try (var connection = database.connect();
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
