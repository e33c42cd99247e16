package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gala.river.driver.InsertPayload;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.fake.Rows;
import dev.gala.river.internal.notify.ControlMessage;
import dev.gala.river.internal.notify.LeadershipMessage;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.json.GoTime;
import dev.gala.river.json.JsonObjects;
import dev.gala.river.worker.DefaultRetryPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Values that River gives out for its clients, where they are at hand; the others have tables. */
final class RiversOwnValuesTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  @Test
  void statesHaveTheirBits() {
    JsonNode states = read("protocol_values.json").get("job_states");
    assertThat(states).hasSize(JobState.values().length);
    for (JsonNode state : states) {
      assertThat(JobState.ofWireName(text(state, "state")).uniqueBit())
          .isEqualTo(state.get("unique_bit").intValue());
    }
  }

  @Test
  void topicsAndMessagesAreUnderstood() {
    JsonNode values = read("protocol_values.json");
    assertThat(NotificationTopic.values())
        .extracting(NotificationTopic::wireName)
        .containsExactlyInAnyOrder(
            text(values.get("topics"), "control"),
            text(values.get("topics"), "insert"),
            text(values.get("topics"), "leadership"));
    assertThat(values.get("notifications")).isNotEmpty();
    for (JsonNode notification : values.get("notifications")) {
      String payload = notification.get("payload").toString();
      switch (text(notification, "name")) {
        case "cancel" ->
            assertThat(ControlMessage.of(payload))
                .isEqualTo(new ControlMessage.Cancel(42, "priority"));
        case "insert" ->
            assertThat(MAPPER.readTree(InsertPayload.of("priority")))
                .isEqualTo(notification.get("payload"));
        case "metadata_changed" ->
            assertThat(ControlMessage.of(payload))
                .isEqualTo(
                    new ControlMessage.MetadataChanged("{\"owner\":\"candidate\"}", "priority"));
        case "pause" ->
            assertThat(ControlMessage.of(payload)).isEqualTo(new ControlMessage.Pause("priority"));
        case "resume" ->
            assertThat(ControlMessage.of(payload)).isEqualTo(new ControlMessage.Resume("priority"));
        case "request_resign" ->
            assertThat(LeadershipMessage.of(payload))
                .isEqualTo(new LeadershipMessage.RequestResign(""));
        case "resigned" ->
            assertThat(LeadershipMessage.of(payload))
                .isEqualTo(new LeadershipMessage.Resigned("client-1"));
        default -> throw new AssertionError("unknown here: " + notification);
      }
    }
  }

  @Test
  void retriesWaitAsLongGiveOrTakeATenth() {
    for (JsonNode retry : read("protocol_values.json").get("retry_cases")) {
      Instant now = Instant.parse(text(retry, "now"));
      int errors = retry.get("error_count").intValue();
      Instant due = new DefaultRetryPolicy().nextRetry(failed(errors - 1, now), now);
      Duration expected = Duration.ofNanos(retry.get("expected_delay_ns").longValue());
      Duration most = Duration.ofSeconds((long) Math.pow(errors, 4)).multipliedBy(11).dividedBy(10);
      Duration least = Duration.ofSeconds((long) Math.pow(errors, 4)).multipliedBy(9).dividedBy(10);
      Duration capped = most.compareTo(expected) > 0 || errors < 310 ? most : expected;
      assertThat(Duration.between(now, due))
          .isBetween(least.compareTo(expected) > 0 ? expected : least, capped);
    }
  }

  @Test
  void timesAreWrittenAlike() {
    String at = text(read("protocol_values.json").get("attempt_error"), "at");
    assertThat(GoTime.format(Instant.parse(at))).isEqualTo(at);
  }

  @Test
  void snoozesAreCountedAlike() {
    JsonNode counters = read("maintenance_values.json").get("snooze_counters");
    assertThat(counters).isNotEmpty();
    for (JsonNode counter : counters) {
      assertThat(JsonObjects.counterAt(counter.get("metadata").toString(), "snoozes") + 1)
          .as(text(counter, "name"))
          .isEqualTo(counter.get("expected_snoozes").longValue());
    }
  }

  private static JobRow failed(int times, Instant at) {
    JobRow row = Rows.running(1, "k");
    return new JobRow(
        row.id(),
        row.state(),
        row.attempt(),
        row.maxAttempts(),
        row.attemptedAt(),
        row.createdAt(),
        row.finalizedAt(),
        row.scheduledAt(),
        row.priority(),
        row.args(),
        row.attemptedBy(),
        Collections.nCopies(times, new AttemptError(at, 1, "failed", "")),
        row.kind(),
        row.metadata(),
        row.queue(),
        List.of(),
        row.uniqueKey(),
        row.uniqueStates());
  }

  private static String text(JsonNode node, String name) {
    return node.get(name).stringValue();
  }

  private static JsonNode read(String file) {
    Path path = Path.of("..", "..", "shared", "fixtures", "river", file);
    assumeTrue(Files.exists(path), () -> "River's own values are not at hand: " + path);
    return MAPPER.readTree(path.toFile());
  }
}
