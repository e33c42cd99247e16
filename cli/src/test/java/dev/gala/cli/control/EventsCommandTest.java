package dev.gala.cli.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.cli.Cli;
import dev.gala.event.EventId;
import dev.gala.event.Topic;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands on a real database. */
class EventsCommandTest {
  private static final Topic<String> MAIL = Topic.of("mail", String.class);

  private final TestDatabase database = TestDatabase.create();
  private final List<EventId> ids = new ArrayList<>();

  /** One failed for good, one done, one that waits. */
  @BeforeEach
  void fill() throws SQLException {
    Cli.run("migrate", "up", "--database", database.url()).assertDone();
    try (Gala gala = Gala.connect(database.url())) {
      gala.on(MAIL, "send", (event, context) -> {});
      gala.on(MAIL, "archive", (event, context) -> {});
      for (String payload : List.of("one", "two", "three")) {
        ids.add(gala.emit(MAIL, payload).eventId());
      }
    }
    execute(
        """
        update river_job
        set state = 'discarded', finalized_at = now(), attempt = 25, attempted_at = now(),
          metadata = metadata || '{"gala:listener:archive":
            {"state": "succeeded", "attempt": 1, "at": "2026-01-02T03:04:05Z", "ms": 7}}',
          errors = array[jsonb_build_object('at', '2026-01-02T03:04:05Z', 'attempt', 25,
            'trace', 'at a', 'error', 'gala: listener "send" execution failed: no server')]
        where id = 1
        """);
    execute(
        "update river_job set state = 'completed', finalized_at = now(), attempted_at = now()"
            + " where id = 2");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void list() {
    List<String> lines = gala("list").assertDone().out().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.getFirst()).startsWith("event_id").endsWith("listeners");
    assertThat(lines.get(1)).startsWith(id(2)).endsWith("send pending, archive pending");
    assertThat(lines.get(2)).startsWith(id(1)).endsWith("send done, archive done");
    assertThat(lines.get(3))
        .startsWith(id(0))
        .contains("mail", "discarded", "25/25")
        .endsWith("send failed, archive done");

    Cli first = gala("list", "--limit", "2", "--oldest-first").assertDone();
    assertThat(first.lastLine()).startsWith("there may be more: --after ");
    String cursor = first.lastLine().substring("there may be more: --after ".length());
    Cli second = gala("list", "--limit", "2", "--oldest-first", "--after", cursor).assertDone();
    assertThat(second.out().lines()).hasSize(2).last().asString().startsWith(id(2));

    assertThat(gala("list", "--listener", "send", "--listener-state", "failed,missing").out())
        .contains(id(0))
        .doesNotContain(id(1), id(2));
    assertThat(gala("list", "--state", "completed", "--topic", "mail", "--since", "2h").out())
        .contains(id(1))
        .doesNotContain(id(0), id(2));
    assertThat(gala("list", "--until", "2h").assertDone().out().lines()).hasSize(1);
    assertThat(gala("list", "--kind", "gala.none", "--output", "json").out().strip())
        .isEqualTo("{\"events\":[],\"next_cursor\":null}");
  }

  @Test
  void listRefuses() {
    assertThat(gala("list", "--since", "noon").assertRefused().err())
        .contains("'noon' is no time: give one such as");
    assertThat(gala("list", "--listener-state", "bad").assertRefused().err())
        .contains("'bad' is not pending, done,");
    assertThat(gala("list", "--limit", "0").assertRefused().err()).contains("the limit is 0");
    gala("list", "--since", "1h", "--until", "2h").assertRefused();
    gala("list", "--after", "nonsense").assertRefused();
    assertThat(Cli.run("events").assertRefused().err()).contains("list, show or redrive");
  }

  @Test
  void show() {
    assertThat(gala("show", id(0)).assertDone().out().lines())
        .contains(
            "event_id       " + id(0),
            "topic          mail",
            "state          discarded",
            "redriven_at    -",
            "headers        {\"listeners\":[\"send\",\"archive\"]}",
            "payload        \"one\"",
            "  send: failed",
            "    attempt 25 at 2026-01-02T03:04:05Z",
            "      no server",
            "  archive: done in attempt 1 at 2026-01-02T03:04:05Z",
            "      at a");
    assertThat(gala("show", id(0), "--output", "json").assertDone().out())
        .startsWith("{\"events\":[{\"event_id\":\"" + id(0) + "\",\"job_id\":1,")
        .contains(
            "\"payload\":\"one\",\"context_snapshot\":{}}",
            "{\"name\":\"send\",\"state\":\"failed\",\"attempt\":null,\"at\":null,\"ms\":null,"
                + "\"errors\":[{\"at\":\"2026-01-02T03:04:05Z\",\"attempt\":25,"
                + "\"error\":\"no server\"}]}",
            "{\"name\":\"archive\",\"state\":\"done\",\"attempt\":1,"
                + "\"at\":\"2026-01-02T03:04:05Z\",\"ms\":7,\"errors\":[]}");
    assertThat(gala("show", "none").assertRefused().err()).contains("there is no event \"none\"");
    gala("show", " ").assertRefused();
  }

  @Test
  void redriveByIds() {
    Cli dry = gala("redrive", id(0), "--dry-run").assertDone();
    assertThat(dry.out().strip()).isEqualTo("event " + id(0) + " would be handled again by send");
    Cli some = gala("redrive", id(0), id(1), id(2), "none");
    assertThat(some.exitCode()).isEqualTo(1);
    assertThat(some.out().strip()).isEqualTo("event " + id(0) + " is handled again by send");
    assertThat(some.err().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("gala: event " + id(1))
                    .contains("was handled", "(--with-done)"),
            line -> assertThat(line).startsWith("gala: event " + id(2)).contains("not ended"),
            line -> assertThat(line).contains("event none is not redriven: no event of this id"));
    assertThat(gala("list").out().lines().skip(3)).first().asString().contains("available  25/26");
    assertThat(gala("redrive", id(1), "--listener", "send", "--with-done").assertDone().out())
        .contains("is handled again by send");
  }

  @Test
  void redriveByFilters() {
    assertThat(gala("redrive", "--topic", "mail", "--dry-run").assertDone().out().strip())
        .isEqualTo("would redrive 1 of 1 events");
    assertThat(gala("redrive", "--topic", "mail", "--listener", "typo").assertDone().out().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("begun; to go on if"),
            line -> assertThat(line).isEqualTo("redriven 0 of 1 events"),
            line -> assertThat(line).startsWith("not 1: nothing tells of such a listener"));
    String begun = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    String[] all = {"redrive", "--since", "1h", "--listener", "send", "--with-done"};
    Cli json = gala(with(all, "--begun", begun, "--limit", "1", "--output", "json"));
    assertThat(json.assertDone().out().strip())
        .isEqualTo(
            "{\"dry_run\":false,\"begun\":\""
                + begun
                + "\",\"matched\":1,\"redriven\":1,\"refused\":{},\"results\":["
                + "{\"event_id\":\""
                + id(0)
                + "\",\"job_id\":1,\"listeners\":[\"send\"],\"refused\":null}]}");
    assertThat(gala(with(all, "--begun", begun)).assertDone().out().lines())
        .satisfiesExactly(
            line -> assertThat(line).endsWith("--begun " + begun),
            line -> assertThat(line).isEqualTo("redriven 1 of 1 events"));
    assertThat(gala("redrive", id(0), "--begun", begun).err()).contains("since this redrive began");
    assertThat(gala("redrive", "--topic", "mail").assertDone().out().strip())
        .endsWith("redriven 0 of 0 events");
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.of(arguments, more).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  void redriveRefuses() {
    assertThat(gala("redrive").assertRefused().err()).contains("nothing says which events");
    assertThat(gala("redrive", "--listener", "send").assertRefused().err())
        .contains("listener \"send\"");
    gala("redrive", id(0), "--topic", "mail").assertRefused();
    gala("redrive", id(0), "--limit", "0").assertRefused();
    gala("redrive", "").assertRefused();
  }

  @Test
  void times() {
    Instant now = Instant.parse("2026-03-01T12:00:00Z");
    var converter = new TimeConverter(() -> now);
    assertThat(converter.convert("90m")).isEqualTo("2026-03-01T10:30:00Z");
    assertThat(converter.convert("7d")).isEqualTo("2026-02-22T12:00:00Z");
    assertThat(converter.convert("30s")).isEqualTo("2026-03-01T11:59:30Z");
    assertThat(converter.convert("2026-03-01")).isEqualTo("2026-03-01T00:00:00Z");
    assertThat(converter.convert("2026-03-01T08:30:00+01:00")).isEqualTo("2026-03-01T07:30:00Z");
    assertThat(converter.convert("2026-03-01T08:30Z")).isEqualTo("2026-03-01T08:30:00Z");
    for (String bad : List.of("", "2 h", "2026-02-30", "-1h", "2026-03-01T08:30")) {
      assertThatThrownBy(() -> converter.convert(bad)).hasMessageContaining("is no time");
    }
  }

  private String id(int i) {
    return ids.get(i).value();
  }

  private Cli gala(String... arguments) {
    var all = new ArrayList<>(List.of("events"));
    all.addAll(List.of(arguments));
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
