package dev.gala.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.Queue;
import dev.gala.river.job.UniqueKey;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How rows look. */
class ViewTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.120Z");

  private static final JobRow FRESH =
      new JobRow(
          7,
          JobState.AVAILABLE,
          0,
          25,
          null,
          TIME,
          null,
          TIME,
          1,
          "{\"n\": 1e400}",
          List.of(),
          List.of(),
          "a\u001b[2Jb",
          "{}",
          "default",
          List.of(),
          null,
          Set.of());

  private static final JobRow ENDED =
      new JobRow(
          1234567,
          JobState.DISCARDED,
          2,
          2,
          TIME,
          TIME,
          TIME,
          TIME,
          4,
          "{}",
          List.of("one", "two"),
          List.of(
              new AttemptError(TIME, 1, "first", ""),
              new AttemptError(TIME, 2, "second\nline", "at a\n\tat b")),
          "send",
          "{\"output\": {\"b\": [1]}, \"z\": 2}",
          "mail",
          List.of("aaa", "bbb"),
          new UniqueKey("00ff"),
          Set.of(JobState.RUNNING, JobState.AVAILABLE));

  @Test
  void jobsInATable() {
    assertThat(JobView.table(List.of(FRESH, ENDED)))
        .containsExactly(
            "id       state      kind    queue    priority  attempt  scheduled_at            "
                + " finalized_at",
            "7        available  a?[2Jb  default  1         0/25     2026-01-02T03:04:05.12Z  -",
            "1234567  discarded  send    mail     4         2/2      2026-01-02T03:04:05.12Z "
                + " 2026-01-02T03:04:05.12Z");
    assertThat(JobView.table(List.of())).hasSize(1);
  }

  @Test
  void allOfAJob() {
    assertThat(JobView.full(ENDED))
        .containsExactly(
            "id             1234567",
            "state          discarded",
            "kind           send",
            "queue          mail",
            "priority       4",
            "attempt        2/2",
            "created_at     2026-01-02T03:04:05.12Z",
            "scheduled_at   2026-01-02T03:04:05.12Z",
            "attempted_at   2026-01-02T03:04:05.12Z",
            "attempted_by   one, two",
            "finalized_at   2026-01-02T03:04:05.12Z",
            "tags           aaa, bbb",
            "unique_key     00ff",
            "unique_states  available, running",
            "args           {}",
            "metadata       {\"output\": {\"b\": [1]}, \"z\": 2}",
            "output         {\"b\":[1]}",
            "errors",
            "  attempt 1 at 2026-01-02T03:04:05.12Z",
            "    first",
            "  attempt 2 at 2026-01-02T03:04:05.12Z",
            "    second",
            "    line",
            "      at a",
            "        at b");
    assertThat(JobView.full(FRESH))
        .contains("attempted_at   -", "unique_key     -", "output         -", "errors         -");
  }

  @Test
  void jobsInJson() {
    assertThat(JobView.json(FRESH))
        .isEqualTo(
            "{\"id\":7,\"args\":{\"n\":1e400},\"attempt\":0,\"attempted_at\":null,"
                + "\"attempted_by\":[],\"created_at\":\"2026-01-02T03:04:05.12Z\",\"errors\":[],"
                + "\"finalized_at\":null,\"kind\":\"a\\u001b[2Jb\",\"max_attempts\":25,"
                + "\"metadata\":{},\"priority\":1,\"queue\":\"default\","
                + "\"scheduled_at\":\"2026-01-02T03:04:05.12Z\",\"state\":\"available\","
                + "\"tags\":[],\"unique_key\":null,\"unique_states\":[]}");
    assertThat(JobView.json(ENDED))
        .contains(
            "\"errors\":[{\"at\":\"2026-01-02T03:04:05.12Z\",\"attempt\":1,\"error\":\"first\","
                + "\"trace\":\"\"},",
            "\"error\":\"second\\nline\",\"trace\":\"at a\\n\\tat b\"}]",
            "\"metadata\":{\"output\":{\"b\":[1]},\"z\":2}",
            "\"unique_key\":\"00ff\",\"unique_states\":[\"available\",\"running\"]");
  }

  @Test
  void queues() {
    Queue working = new Queue("default", TIME, "{}", null, TIME);
    Queue paused = new Queue("mail", TIME, "{\"a\": 1}", TIME, TIME);
    assertThat(QueueView.table(List.of(working, paused)))
        .containsExactly(
            "name     paused_at                created_at               updated_at              "
                + " metadata",
            "default  -                        2026-01-02T03:04:05.12Z  2026-01-02T03:04:05.12Z  {}",
            "mail     2026-01-02T03:04:05.12Z  2026-01-02T03:04:05.12Z  2026-01-02T03:04:05.12Z "
                + " {\"a\": 1}");
    assertThat(QueueView.json(paused))
        .isEqualTo(
            "{\"name\":\"mail\",\"created_at\":\"2026-01-02T03:04:05.12Z\","
                + "\"metadata\":{\"a\":1},\"paused_at\":\"2026-01-02T03:04:05.12Z\","
                + "\"updated_at\":\"2026-01-02T03:04:05.12Z\"}");
  }

  @Test
  void timesBeyondTheCalendarOfJson() {
    assertThat(JsonText.iso(Instant.parse("+12026-01-02T03:04:05Z")))
        .isEqualTo("+12026-01-02T03:04:05Z");
    assertThat(JsonText.iso(Instant.parse("-0044-03-15T12:00:00Z")))
        .isEqualTo("-0044-03-15T12:00:00Z");
    assertThat(JsonText.iso(Instant.parse("9999-12-31T23:59:59.9Z")))
        .isEqualTo("9999-12-31T23:59:59.9Z");
  }

  @Test
  void whatIsNoJsonIsWrittenAsText() {
    assertThat(new JsonText().json("a", "").json("b", "{").end())
        .isEqualTo("{\"a\":\"\",\"b\":\"{\"}");
  }
}
