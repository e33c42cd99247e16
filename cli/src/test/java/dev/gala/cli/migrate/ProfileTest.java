package dev.gala.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.cli.Cli;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProfileTest {
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void close() {
    database.close();
  }

  private Cli migrate(String... arguments) {
    var all = new ArrayList<>(List.of("migrate"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--database", database.url()));
    return Cli.run(all.toArray(String[]::new));
  }

  private String listed() {
    return migrate("list").assertDone().lastLine();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void isAppliedTakenBackAndListed() {
    migrate("up").assertDone();
    assertThat(listed()).isEqualTo("profile: river");

    Cli dry = migrate("--profile", "events-max", "--dry-run").assertDone();
    assertThat(dry.out().lines())
        .hasSize(3)
        .allMatch(line -> line.endsWith(";"))
        .endsWith("drop index concurrently if exists public.river_job_metadata_index;");
    assertThat(listed()).isEqualTo("profile: river");

    Cli applied = migrate("--profile", "events-max").assertDone();
    assertThat(applied.out()).startsWith(dry.out());
    assertThat(applied.lastLine()).isEqualTo("profile: events-max");
    assertThat(listed()).isEqualTo("profile: events-max");
    assertThat(migrate("--profile", "events-max").assertDone().out().lines())
        .containsExactly("profile: events-max");
    assertThat(migrate("--profile", "events-max", "--dry-run").assertDone().out().lines())
        .containsExactly("nothing to do");
    assertThat(migrate("validate").assertDone().out()).contains("up to date");
    assertThat(migrate("list", "--line", "gala").assertDone().out()).doesNotContain("profile");
    assertThat(migrate("list", "--line", "main").assertDone().lastLine())
        .isEqualTo("profile: events-max");

    assertThat(migrate("--profile", "events").assertDone().lastLine()).isEqualTo("profile: events");
    assertThat(migrate("--profile", "river").assertDone().lastLine()).isEqualTo("profile: river");
  }

  @Test
  void whatSomebodyChangedIsSaid() throws Exception {
    migrate("up").assertDone();
    migrate("--profile", "events").assertDone();
    execute("alter index river_job_metadata_index set (gin_pending_list_limit = 128)");

    assertThat(listed())
        .isEqualTo(
            "profile: none of those known; nearest is events, but gin_pending_list_limit of"
                + " public.river_job_metadata_index is 128 and should be 65536");
  }

  @Test
  void staysInItsSchema() throws Exception {
    execute("create schema \"Jobs\"");
    migrate("up").assertDone();
    assertThat(migrate("--profile", "events", "--schema", "Jobs").assertRefused().err())
        .contains("there is no table river_job in schema \"Jobs\"", "migrate up first");
    migrate("up", "--schema", "Jobs").assertDone();
    migrate("--profile", "events", "--schema", "Jobs").assertDone();

    assertThat(migrate("list", "--schema", "Jobs").assertDone().lastLine())
        .isEqualTo("profile: events");
    assertThat(listed()).isEqualTo("profile: river");
  }

  @Test
  void badInputIsRefused() {
    assertThat(migrate("--profile", "fast").assertRefused().err())
        .contains("schema profile \"fast\" is not known: give river, events, events-max");
    assertThat(migrate("--profile", "events").assertRefused().err())
        .contains("there is no table river_job", "migrate up first");
    assertThat(Cli.run("migrate", "--profile", "events").assertRefused().err())
        .contains("--database");
    assertThat(migrate().assertRefused().err()).contains("--profile");
    assertThat(Cli.run("migrate").assertRefused().err()).contains("up, down, list");
    assertThat(migrate("list").assertDone().out()).doesNotContain("profile");
  }

  /** It is never applied, and never passed over, on the way of something else. */
  @Test
  void standsAlone() {
    String url = database.url();
    for (String command : List.of("up", "down", "list", "validate")) {
      assertThat(migrate("--profile", "events", "--database", url, command).assertRefused().err())
          .contains("--profile stands alone");
    }
    assertThat(
            Cli.run("migrate", "--profile", "events", "--database", url, "sql", "--all", "--up")
                .assertRefused()
                .err())
        .contains("--profile stands alone");
    assertThat(migrate("up", "--profile", "events").assertRefused().err()).contains("--profile");
    assertThat(migrate("list").assertDone().out()).doesNotContain("*");
  }
}
