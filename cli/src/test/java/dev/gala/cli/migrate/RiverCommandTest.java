package dev.gala.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.cli.Cli;
import dev.gala.cli.Main;
import dev.gala.conformance.RiverPoint;
import dev.gala.test.postgres.TestDatabase;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts that are written for River's own command. */
class RiverCommandTest {
  /** Everything of a schema that can be told apart, but for names of river_migration's own. */
  private static final String CATALOGUE =
      """
      select 'column ' || table_name || ' ' || ordinal_position || ' ' || column_name || ' '
        || udt_name || ' ' || is_nullable || ' ' || coalesce(column_default, '') || ' '
        || coalesce(character_maximum_length::text, '')
      from information_schema.columns where table_schema = 'public'
      union all
      select 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) || ' '
        || case when conrelid = 'river_migration'::regclass then '' else conname end
      from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
      union all
      select 'index ' || case when tablename = 'river_migration' then '' else indexdef end
      from pg_indexes where schemaname = 'public'
      union all
      select 'enum ' || enumtypid::regtype || ' '
        || string_agg(enumlabel, ' ' order by enumsortorder)
      from pg_enum group by enumtypid
      union all
      select 'function ' || pg_get_functiondef(oid)
      from pg_proc where pronamespace = 'public'::regnamespace
      union all
      select 'table ' || relname || ' ' || relpersistence::text || ' ' || relkind::text
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'S')
      order by 1
      """;

  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void close() {
    database.close();
  }

  private Cli river(String what, String... more) {
    var arguments = new ArrayList<>(List.of("river", what, "--database-url", database.url()));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private static String lines(String... lines) {
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  private static List<String> column(TestDatabase at, String sql) throws SQLException {
    try (Connection connection = at.connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  private static void execute(TestDatabase at, String sql) throws SQLException {
    try (Connection connection = at.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Each line is the same but for the times. */
  private static List<String> timeless(Cli run) {
    return run.assertDone()
        .out()
        .lines()
        .map(line -> line.replaceFirst("\\[[0-9.]+(µs|ms|s)]$", "[TIME]"))
        .toList();
  }

  @Test
  @RiverPoint(103)
  void migrateUp() throws SQLException {
    assertThat(river("migrate-list").assertDone().out().lines())
        .hasSize(8)
        .startsWith("001 create river migration")
        .endsWith("008 job id autoincrement");
    assertThat(river("validate").exitCode()).isEqualTo(1);

    assertThat(timeless(river("migrate-up", "--max-steps", "2")))
        .containsExactly(
            "applied migration 001 [up] create river migration [TIME]",
            "applied migration 002 [up] initial schema         [TIME]");
    assertThat(timeless(river("migrate-up", "--target-version=3", "--max-steps", "4")))
        .containsExactly(
            "applied migration 003 [up] river job tags non null [TIME]",
            "no more migrations to apply");
    assertThat(river("migrate-list").assertDone().out().lines())
        .startsWith("  001 create river migration", "  002 initial schema")
        .contains("* 003 river job tags non null", "  004 pending and more");
    assertThat(timeless(river("migrate-up"))).hasSize(5);

    assertThat(river("migrate-up").assertDone().out()).isEqualTo(lines("no migrations to apply"));
    Cli valid = river("validate").assertDone();
    assertThat(valid.out()).isEmpty();
    assertThat(
            column(database, "select line || ' ' || version from river_migration order by version"))
        .containsExactly(
            "main 1", "main 2", "main 3", "main 4", "main 5", "main 6", "main 7", "main 8");
  }

  @Test
  @RiverPoint(103)
  void migrateDown() {
    river("migrate-up").assertDone();
    assertThat(timeless(river("migrate-down")))
        .containsExactly("applied migration 008 [down] job id autoincrement [TIME]");
    assertThat(timeless(river("migrate-down", "--max-steps", "0"))).hasSize(1);
    assertThat(river("migrate-down", "--max-steps", "-1").assertDone().out())
        .isEqualTo(lines("no migrations to apply"));
    assertThat(timeless(river("migrate-down", "--target-version", "4")))
        .containsExactly(
            "applied migration 006 [down] bulk unique             [TIME]",
            "applied migration 005 [down] migration unique client [TIME]");
    assertThat(river("migrate-down", "--target-version", "-2", "--dry-run").assertDone().out())
        .isEqualTo(lines("migration 004 [down] [DRY RUN]"));
    Cli unknown = river("migrate-down", "--target-version", "99");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err()).contains("99");
    assertThat(timeless(river("migrate-down", "--target-version", "0"))).hasSize(4);
    assertThat(river("migrate-down", "--target-version", "-1").assertDone().out())
        .isEqualTo(lines("no migrations to apply"));
  }

  @Test
  @RiverPoint(103)
  void aDryRunTouchesNothingAndShowsWhatItWouldDo() throws SQLException {
    Cli dry = river("migrate-up", "--dry-run", "--show-sql", "--max-steps", "1").assertDone();
    assertThat(dry.out().lines())
        .startsWith(
            "migration 001 [up] [DRY RUN]", "-".repeat(80), "-- River main migration 001 [up]");
    assertThat(dry.out()).contains("create table river_migration");
    assertThat(column(database, "select relname from pg_class where relname like 'river%'"))
        .isEmpty();
  }

  /** Version by version: the fourth adds a label that must be committed before it is used. */
  private static void executeVersions(TestDatabase at, String sql) throws SQLException {
    for (String version :
        Pattern.compile("(?m)^(?=-- River main migration)").splitAsStream(sql).toList()) {
      execute(at, version);
    }
  }

  @Test
  @RiverPoint(103)
  void whatIsPrintedIsExecutable() throws SQLException {
    Cli up = Cli.run("river", "migrate-get", "--all", "--exclude-version", "1", "--up");
    String sql = up.assertDone().out();
    assertThat(sql)
        .startsWith(lines("-- River main migration 002 [up]").strip())
        .contains(System.lineSeparator() + System.lineSeparator() + "-- River main migration 003")
        .doesNotContain("migration 001");
    executeVersions(database, sql);
    try (var migrated = TestDatabase.create()) {
      Cli.run("river", "migrate-up", "--database-url", migrated.url()).assertDone();
      assertThat(column(database, CATALOGUE))
          .hasSizeGreaterThan(50)
          .isEqualTo(column(migrated, CATALOGUE));
    }
    // Nobody said that they are applied: that is the business of the tool that runs them.
    assertThat(column(database, "select version from river_migration")).isEmpty();
    assertThat(river("validate").exitCode()).isEqualTo(1);

    String down = Cli.run("river", "migrate-get", "--all", "--down").assertDone().out();
    assertThat(down).startsWith("-- River main migration 008 [down]");
    for (String version :
        Pattern.compile("(?m)^(?=-- River main migration)").splitAsStream(down).toList()) {
      execute(database, version);
    }
    assertThat(column(database, "select relname from pg_class where relname like 'river%'"))
        .isEmpty();
  }

  @Test
  @RiverPoint(103)
  void migrateGetTakesVersionsAndSchemas() throws SQLException {
    Cli two = Cli.run("river", "migrate-get", "--version", "3,2", "--version", "5", "--up");
    assertThat(two.assertDone().out().lines().filter(line -> line.startsWith("-- River")))
        .containsExactly(
            "-- River main migration 003 [up]",
            "-- River main migration 002 [up]",
            "-- River main migration 005 [up]");
    Cli named =
        Cli.run(
            "river",
            "migrate-get",
            "--all",
            "--up",
            "--schema",
            "Jobs",
            "--database-url",
            "postgres://nowhere/x");
    assertThat(named.assertDone().out()).contains("Jobs.river_job").doesNotContain("\"Jobs\"");
    execute(database, "create schema jobs");
    executeVersions(database, named.out());
    assertThat(column(database, "select count(*) from jobs.river_job")).containsExactly("0");
    Cli unknown = Cli.run("river", "migrate-get", "--version", "99", "--up");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err()).contains("version 99 is not known");
  }

  @Test
  @RiverPoint(103)
  void schemasAndLines() throws SQLException {
    execute(database, "create schema jobs");
    river("migrate-up", "--schema", "jobs").assertDone();
    river("validate", "--schema", "jobs").assertDone();
    assertThat(river("validate").exitCode()).isEqualTo(1);
    river("migrate-up", "--schema", "jobs", "--line", "gala").assertDone();
    assertThat(column(database, "select distinct line from jobs.river_migration order by line"))
        .containsExactly("gala", "main");
    Cli unknown = river("migrate-up", "--line", "pro");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err()).contains("line \"pro\" is not known");
  }

  @Test
  @RiverPoint(103)
  void aStatementHasOnlySoMuchTime() throws Exception {
    river("migrate-up", "--target-version", "2").assertDone();
    try (Connection other = database.connect();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("lock table river_job in access share mode");
      Cli late = river("migrate-up", "--statement-timeout", "5ms");
      assertThat(late.exitCode()).isEqualTo(1);
      assertThat(late.err().lines()).hasSize(1).first().asString().contains("57014");
      Cli byUrl =
          Cli.run(
              "river",
              "migrate-up",
              "--database-url",
              database.url() + (database.url().contains("?") ? "&" : "?") + "statement_timeout=5");
      assertThat(byUrl.exitCode()).isEqualTo(1);
      other.rollback();
    }
    river("migrate-up", "--statement-timeout", "10m", "--verbose").assertDone();
  }

  @Test
  @RiverPoint(103)
  void versionAndHelp() {
    assertThat(Cli.run("river", "version").assertDone().out()).contains("gala ", "River v", "Java");
    assertThat(Cli.run("river", "--version").assertDone().out()).contains("River v");
    assertThat(Cli.run("river").assertDone().out())
        .contains("migrate-up", "migrate-down", "migrate-get", "migrate-list", "validate");
    assertThat(Cli.run("river", "migrate-up", "--help").assertDone().out())
        .contains("--database-url", "--statement-timeout", "--max-steps");
  }

  /** One line for people, and 1 for scripts, where our own commands end with 2. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sideways",
        "migrate-up --no-such-option",
        "migrate-up --database-url mysql://localhost/x",
        "migrate-up --database-url sqlite://x.db",
        "migrate-up --database-url postgres://127.0.0.1:1/x",
        "migrate-up --database-url postgres://127.0.0.1:1/x --statement-timeout 1ms",
        "migrate-up --database-url postgres://127.0.0.1:1/x --statement-timeout soon",
        "migrate-up --database-url postgres://127.0.0.1:1/x --verbose --debug",
        "migrate-up --target-version one",
        "migrate-get",
        "migrate-get --all",
        "migrate-get --all --up --down",
        "migrate-get --all --version 3 --up",
        "validate --database-url postgres://127.0.0.1:1/x",
      })
  @RiverPoint(103)
  void whateverFailsEndsWithOne(String arguments) {
    Cli run = Cli.run(("river " + arguments).split(" "));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("gala: ").hasLineCount(1);
    assertThat(run.out()).isEmpty();
  }

  @Test
  @RiverPoint(103)
  void theEnvironmentSaysWhichDatabase() throws Exception {
    URI url = URI.create(database.url());
    String[] credentials = url.getUserInfo().split(":", 2);
    var builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "river",
            "migrate-up");
    var environment = builder.environment();
    environment.put("PGHOST", url.getHost());
    environment.put("PGPORT", String.valueOf(url.getPort()));
    environment.put("PGUSER", credentials[0]);
    environment.put("PGPASSWORD", credentials[1]);
    environment.put("PGDATABASE", database.name());
    Process process = builder.redirectErrorStream(true).start();
    try (var output = process.inputReader()) {
      assertThat(output.lines()).hasSize(8).allMatch(line -> line.startsWith("applied migration"));
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    river("validate").assertDone();
  }
}
