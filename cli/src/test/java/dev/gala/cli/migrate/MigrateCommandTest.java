package dev.gala.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gala.cli.Cli;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MigrateCommandTest {
  @Test
  void bringsTheTablesUpToDate() {
    try (var database = TestDatabase.create()) {
      Cli before = migrate("list", database.url()).assertDone();
      assertThat(before.out().lines()).hasSize(9).allMatch(line -> line.startsWith("  "));

      Cli up = migrate("up", database.url()).assertDone();
      assertThat(up.out().lines())
          .hasSize(9)
          .allMatch(line -> line.startsWith("applied "))
          .endsWith("applied gala 001 client heartbeats");

      Cli after = migrate("list", database.url()).assertDone();
      assertThat(after.out().lines().limit(9)).allMatch(line -> line.startsWith("* "));
      assertThat(after.out().lines())
          .hasSize(10)
          .contains("* 008 job id autoincrement", "* gala 001 client heartbeats")
          .endsWith("profile: river");

      assertThat(migrate("up", database.url()).assertDone().out()).contains("nothing to apply");
    }
  }

  @Test
  void takesVersionsBack() {
    try (var database = TestDatabase.create()) {
      String url = database.url();
      assertThat(migrate("down", url).assertDone().out()).isEqualTo(lines("nothing to take back"));
      migrate("up", url, "--target-version", "7").assertDone();

      assertThat(
              migrate("down", url, "--target-version", "3", "--dry-run").assertDone().out().lines())
          .hasSize(4)
          .allMatch(line -> line.startsWith("would take back 00"));
      assertThat(migrate("down", url).assertDone().out())
          .isEqualTo(lines("took back 007 notification outbox sqlite jsonb and sql cleanup"));
      assertThat(migrate("down", url, "--max-steps", "2").assertDone().out())
          .isEqualTo(lines("took back 006 bulk unique", "took back 005 migration unique client"));
      assertThat(migrate("down", url, "--target-version", "3").assertDone().out())
          .isEqualTo(lines("took back 004 pending and more"));
      assertThat(migrate("down", url, "--target-version", "5").assertRefused().err())
          .contains("version 5 is not applied");
      assertThat(migrate("down", url, "--target-version", "0").assertDone().out().lines())
          .hasSize(3);
      assertThat(migrate("list", url).assertDone().out()).doesNotContain("*");
    }
  }

  @Test
  void ourOwnTablesAreALineOfTheirOwn() {
    try (var database = TestDatabase.create()) {
      String url = database.url();
      migrate("up", url, "--line", "main").assertDone();
      assertThat(migrate("validate", url).out())
          .isEqualTo(lines("missing gala 001 client heartbeats"));
      migrate("validate", url, "--line", "main").assertDone();
      assertThat(migrate("list", url, "--line", "gala").assertDone().out())
          .isEqualTo(lines("  gala 001 client heartbeats"));
      assertThat(migrate("up", url).assertDone().out())
          .isEqualTo(lines("applied gala 001 client heartbeats"));
      assertThat(migrate("down", url).assertDone().out())
          .isEqualTo(lines("took back gala 001 client heartbeats"));
      migrate("up", url).assertDone();
      assertThat(migrate("down", url, "--target-version", "4").assertDone().out().lines())
          .startsWith("took back gala 001 client heartbeats")
          .hasSize(5);
      assertThat(migrate("up", url, "--line", "pro").assertRefused().err())
          .contains("line \"pro\" is not known: give main or gala");
    }
  }

  @Test
  void goesNoFurtherThanItIsTold() {
    try (var database = TestDatabase.create()) {
      String url = database.url();
      Cli dry = migrate("up", url, "--max-steps", "1", "--dry-run", "--show-sql").assertDone();
      assertThat(dry.out())
          .startsWith(
              lines("would apply 001 create river migration", "-- River main migration 001 [up]"))
          .contains("create table river_migration");
      assertThat(migrate("list", url).assertDone().out()).doesNotContain("*");

      assertThat(migrate("up", url, "--max-steps", "2").assertDone().out().lines()).hasSize(2);
      assertThat(migrate("up", url, "--target-version", "4").assertDone().out().lines()).hasSize(2);
      assertThat(migrate("up", url, "--target-version", "2").assertDone().out())
          .contains("nothing to apply");
      assertThat(migrate("up", url, "--target-version", "9").assertRefused().err())
          .contains("version 9 is not known: give one of 1, 2, 3, 4, 5, 6, 7, 8");
    }
  }

  @Test
  void validates() throws Exception {
    try (var database = TestDatabase.create();
        Connection connection = database.connect()) {
      String url = database.url();
      migrate("up", url, "--target-version", "6").assertDone();

      Cli missing = migrate("validate", url);
      assertThat(missing.exitCode()).isEqualTo(1);
      assertThat(missing.err()).isEmpty();
      assertThat(missing.out().lines())
          .containsExactly(
              "missing 007 notification outbox sqlite jsonb and sql cleanup",
              "missing 008 job id autoincrement",
              "missing gala 001 client heartbeats");
      migrate("validate", url, "--target-version", "6").assertDone();
      migrate("up", url).assertDone();
      execute(connection, "insert into river_migration (line, version) values ('main', 9)");
      assertThat(migrate("validate", url).assertDone().out())
          .isEqualTo(lines("found 009, unknown to this release", "the tables are up to date"));
      migrate("down", url, "--line", "gala").assertDone();
      Cli down = migrate("down", url);
      assertThat(down.exitCode()).isEqualTo(1);
      assertThat(down.err()).startsWith("gala: versions [9] are unknown").hasLineCount(1);
    }
  }

  @Test
  void theSchemaMustExist() throws Exception {
    try (var database = TestDatabase.create();
        Connection connection = database.connect()) {
      String url = database.url();
      assertThat(migrate("up", url, "--schema", "Jobs").assertRefused().err())
          .contains("create schema \"Jobs\"");
      execute(connection, "create schema \"Jobs\"");
      assertThat(migrate("up", url, "--schema", "Jobs").assertDone().out().lines()).hasSize(9);
      assertThat(migrate("list", url).assertDone().out()).doesNotContain("*");
    }
  }

  /** What it prints is what psql takes: every version a transaction, here the connection's. */
  @Test
  void printsStatementsThatCanBeRun() throws Exception {
    Cli up = Cli.run("migrate", "sql", "--all", "--exclude-version", "1", "--up").assertDone();
    Cli down = Cli.run("migrate", "sql", "--all", "--down", "--schema", "Jobs").assertDone();
    Cli two = Cli.run("migrate", "sql", "--version", "3", "--version", "2", "--up").assertDone();

    assertThat(up.out())
        .startsWith("-- River main migration 002 [up]")
        .doesNotContain("main migration 001");
    assertThat(down.out())
        .startsWith("-- River gala migration 001 [down]")
        .contains("\"Jobs\".river_job");
    assertThat(Cli.run("migrate", "sql", "--line", "gala", "--all", "--up").assertDone().out())
        .startsWith("-- River gala migration 001 [up]");
    assertThat(two.out().indexOf("003 [up]")).isBetween(0, two.out().indexOf("002 [up]"));
    try (var database = TestDatabase.create();
        Connection connection = database.connect()) {
      Pattern.compile("(?m)^(?=-- River [a-z]+ migration)")
          .splitAsStream(up.out())
          .forEach(version -> run(connection, version));
      assertThat(execute(connection, "select unique_states from river_job")).isTrue();
      assertThat(execute(connection, "select beat from gala_client")).isTrue();
    }
  }

  @Test
  void anUnknownDatabase() {
    try (var database = TestDatabase.create()) {
      String url = database.url().replace(database.name(), "no_such_database");
      assertThat(migrate("up", url).assertRefused().err()).contains("no_such_database");
    }
  }

  @Test
  void aUserWhoIsNotLetIn() {
    try (var database = TestDatabase.create()) {
      migrate("list", as("no_such_role:wrong", database)).assertRefused();
    }
  }

  @Test
  void aRoleThatMayNotCreateTables() throws Exception {
    try (var database = TestDatabase.create();
        Connection connection = database.connect()) {
      String role = database.name() + "_reader";
      boolean created = execute(connection, "create role " + role + " login password 'reader'");
      assumeTrue(created, "the tests' role may not create roles");
      try {
        execute(connection, "revoke create on schema public from public");
        Cli refused = migrate("up", as(role + ":reader", database)).assertRefused();
        assertThat(refused.err()).contains("permission denied", "may create tables");
      } finally {
        execute(connection, "drop role " + role);
      }
    }
  }

  private static Cli migrate(String what, String url, String... more) {
    var arguments = new ArrayList<>(List.of("migrate", what, "--database", url));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private static String lines(String... lines) {
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  private static String as(String credentials, TestDatabase database) {
    return database.url().replaceFirst("://[^@]*@", "://" + credentials + "@");
  }

  private static void run(Connection connection, String sql) {
    try {
      assertThat(execute(connection, sql)).isTrue();
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  private static boolean execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
      return true;
    } catch (SQLException e) {
      if ("42501".equals(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }
}
