package dev.gala.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class MigrateCommandTest {
  @Test
  void bringsTheTablesUpToDate() {
    try (var database = TestDatabase.create()) {
      Cli before = migrate("list", database.url()).assertDone();
      assertThat(before.out().lines()).hasSize(8).allMatch(line -> line.startsWith("  00"));

      Cli up = migrate("up", database.url()).assertDone();
      assertThat(up.out().lines()).hasSize(8).allMatch(line -> line.startsWith("applied 00"));

      Cli after = migrate("list", database.url()).assertDone();
      assertThat(after.out().lines()).hasSize(8).allMatch(line -> line.startsWith("* 00"));

      assertThat(migrate("up", database.url()).assertDone().out()).contains("nothing to apply");
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

  private static Cli migrate(String what, String url) {
    return Cli.run("migrate", what, "--database", url);
  }

  private static String as(String credentials, TestDatabase database) {
    return database.url().replaceFirst("://[^@]*@", "://" + credentials + "@");
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
