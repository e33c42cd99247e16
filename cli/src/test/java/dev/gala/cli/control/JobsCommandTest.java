package dev.gala.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.cli.Cli;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands on a real database. */
class JobsCommandTest {
  private final TestDatabase database = TestDatabase.create();

  @BeforeEach
  void fill() throws SQLException {
    Cli.run("migrate", "up", "--database", database.url()).assertDone();
    execute(
        """
        insert into river_job (args, kind, max_attempts, state, finalized_at, attempted_at, metadata)
        values
          ('{"n": 1}', 'send', 25, 'available', null, null, '{}'),
          ('{"n": 2}', 'send', 25, 'running', null, now(), '{}'),
          ('{"n": 3}', 'bill', 25, 'completed', now(), now(), '{"output": {"ok": true}}'),
          ('{"n": 4}', 'bill', 25, 'discarded', now(), now(), '{}')
        """);
    execute("insert into river_queue (name, updated_at) values ('a', now()), ('b', now())");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void aLockedJobIsToldInALineAndTheOthersAreDone() throws SQLException {
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select from river_job where id = 1 for update");
      Cli some = gala("jobs", "retry", "1", "4");
      assertThat(some.exitCode()).isEqualTo(1);
      assertThat(some.err().lines()).hasSize(1).first().asString().contains("job 1");
      assertThat(some.out().lines()).hasSize(1).first().asString().contains("4");
      other.rollback();
    }
  }

  @Test
  void list() {
    List<String> lines = gala("jobs", "list").assertDone().out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.getFirst()).startsWith("id  state");
    assertThat(lines.get(1)).startsWith("1   available  send");

    Cli some = gala("jobs", "list", "--state", "completed,discarded", "--desc").assertDone();
    assertThat(some.out().lines().skip(1)).allMatch(line -> line.contains("bill")).hasSize(2);
    assertThat(some.out()).doesNotContain("--after");

    Cli first = gala("jobs", "list", "--limit", "3").assertDone();
    assertThat(first.lastLine()).startsWith("there may be more: --after ");
    String cursor = first.lastLine().substring("there may be more: --after ".length());
    Cli second = gala("jobs", "list", "--limit", "3", "--after", cursor).assertDone();
    assertThat(second.out().lines()).hasSize(2).last().asString().startsWith("4 ");

    Cli json = gala("jobs", "list", "--output", "json", "--kind", "none").assertDone();
    assertThat(json.out().strip()).isEqualTo("{\"jobs\":[],\"next_cursor\":null}");
    json = gala("jobs", "list", "--output", "json", "--id", "3").assertDone();
    assertThat(json.out().strip())
        .startsWith("{\"jobs\":[{\"id\":3,\"args\":{\"n\":3},")
        .contains("\"metadata\":{\"output\":{\"ok\":true}}", "\"next_cursor\":\"");
  }

  @Test
  void listRefuses() {
    assertThat(gala("jobs", "list", "--after", "nonsense").assertRefused().err())
        .contains("\"nonsense\" is no cursor");
    gala("jobs", "list", "--order", "finalized_at", "--state", "running").assertRefused();
    gala("jobs", "list", "--limit", "0").assertRefused();
    gala("jobs", "list", "--metadata", "[]").assertRefused();
  }

  @Test
  void show() {
    assertThat(gala("jobs", "show", "3").assertDone().out().lines())
        .contains("state          completed", "output         {\"ok\":true}");
    assertThat(gala("jobs", "show", "3", "--output", "json").assertDone().out())
        .startsWith("{\"id\":3,");
    assertThat(gala("jobs", "show", "99").assertRefused().err()).contains("there is no job 99");
  }

  @Test
  void cancelRetryAndDelete() {
    Cli cancelled = gala("jobs", "cancel", "1", "2", "3", "99");
    assertThat(cancelled.exitCode()).isEqualTo(1);
    assertThat(cancelled.out().lines())
        .containsExactly(
            "job 1 is cancelled",
            "job 2 is running: its worker is told to stop",
            "job 3 is completed: nothing to cancel");
    assertThat(cancelled.err().lines()).containsExactly("gala: there is no job 99");

    assertThat(gala("jobs", "retry", "1", "2", "4").assertDone().out().lines())
        .containsExactly(
            "job 1 is available", "job 2 is running: nothing to retry", "job 4 is available");

    Cli deleted = gala("jobs", "delete", "2", "3", "--output", "json");
    assertThat(deleted.exitCode()).isEqualTo(1);
    assertThat(deleted.out().strip())
        .startsWith("{\"jobs\":[{\"id\":3,")
        .contains("\"failures\":[{\"id\":2,\"error\":\"job 2 runs,");
    assertThat(gala("jobs", "delete", "--kind", "send", "--kind", "bill").assertDone().out())
        .contains("job 1 is deleted: it was available", "deleted 2");
    gala("jobs", "delete").assertRefused();
    assertThat(gala("jobs", "list").assertDone().out().lines()).hasSize(2);
  }

  @Test
  void queues() {
    assertThat(gala("queues", "list").assertDone().out().lines()).hasSize(3);
    assertThat(gala("queues", "list", "--limit", "1").assertDone().out().lines()).hasSize(2);
    assertThat(gala("queues", "show", "a", "--output", "json").assertDone().out())
        .contains("\"paused_at\":null");
    assertThat(gala("queues", "pause", "a", "--output", "json").assertDone().out())
        .contains("\"name\":\"a\"")
        .doesNotContain("\"paused_at\":null");
    assertThat(gala("queues", "resume", "--all", "--output", "json").assertDone().out())
        .contains("\"name\":\"a\"", "\"name\":\"b\"", "\"paused_at\":null");
    assertThat(gala("queues", "pause", "none").assertRefused().err()).contains("\"none\"");
    gala("queues", "show", "none").assertRefused();
  }

  private Cli gala(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--database", database.url()));
    return Cli.run(all.toArray(String[]::new));
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
