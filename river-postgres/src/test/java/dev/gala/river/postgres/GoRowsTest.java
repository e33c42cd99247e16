package dev.gala.river.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.JsonObjects;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rows as River's own Go client left them, recorded by the interoperation tests. */
class GoRowsTest {
  private static final JsonMapper EXACT =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final JsonNode ROWS = read();
  private static final String MESSAGE = GoJson.quote("<é> & \u2028");

  private MigratedDatabase migrated;

  private static JsonNode read() {
    try (var in = GoRowsTest.class.getResourceAsStream("go/rows.json")) {
      return EXACT.readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void open() {
    migrated = new MigratedDatabase();
  }

  @AfterEach
  void close() {
    migrated.close();
  }

  /** The recorded row, put back and read. */
  private JobRow row(String name) {
    try (Connection connection = migrated.database.connect();
        Statement statement = connection.createStatement();
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into river_job select * from json_populate_record(null::river_job,"
                    + " ?::json)")) {
      // Some rows are of one job at different times.
      statement.execute("truncate river_job");
      insert.setString(1, ROWS.path(name).toString());
      insert.execute();
    } catch (SQLException e) {
      throw new AssertionError(name, e);
    }
    return migrated.driver.executor().jobGet(ROWS.path(name).path("id").longValue());
  }

  @TestFactory
  @RiverPoint({20, 53})
  Stream<DynamicTest> everyColumnIsRead() {
    assertThat(ROWS.size()).isGreaterThan(20);
    return ROWS.propertyStream()
        .map(
            recorded ->
                DynamicTest.dynamicTest(
                    recorded.getKey(),
                    () -> assertAsRecorded(row(recorded.getKey()), recorded.getValue())));
  }

  private static void assertAsRecorded(JobRow row, JsonNode recorded) {
    assertThat(row.state().wireName()).isEqualTo(recorded.path("state").stringValue());
    assertThat(row.attempt()).isEqualTo(recorded.path("attempt").intValue());
    assertThat(row.maxAttempts()).isEqualTo(recorded.path("max_attempts").intValue());
    assertThat(row.priority()).isEqualTo(recorded.path("priority").intValue());
    assertThat(row.kind()).isEqualTo(recorded.path("kind").stringValue());
    assertThat(row.queue()).isEqualTo(recorded.path("queue").stringValue());
    assertThat(row.createdAt()).isEqualTo(time(recorded.path("created_at")));
    assertThat(row.scheduledAt()).isEqualTo(time(recorded.path("scheduled_at")));
    assertThat(row.attemptedAt()).isEqualTo(time(recorded.path("attempted_at")));
    assertThat(row.finalizedAt()).isEqualTo(time(recorded.path("finalized_at")));
    assertThat(row.tags()).isEqualTo(texts(recorded.path("tags")));
    assertThat(row.attemptedBy()).isEqualTo(texts(recorded.path("attempted_by")));
    assertThat(EXACT.readTree(row.args())).isEqualTo(recorded.path("args"));
    assertThat(EXACT.readTree(row.metadata())).isEqualTo(recorded.path("metadata"));
    assertThat(row.errors())
        .isEqualTo(elements(recorded.path("errors")).map(GoRowsTest::error).toList());
    JsonNode key = recorded.path("unique_key");
    assertThat(row.uniqueKey() == null ? null : "\\x" + row.uniqueKey().hex())
        .isEqualTo(key.isNull() ? null : key.stringValue());
    JsonNode states = recorded.path("unique_states");
    assertThat(JobState.uniqueMask(row.uniqueStates()))
        .isEqualTo(states.isNull() ? 0 : Integer.parseInt(states.stringValue(), 2));
  }

  private static AttemptError error(JsonNode error) {
    return new AttemptError(
        time(error.path("at")),
        error.path("attempt").intValue(),
        error.path("error").stringValue(),
        error.path("trace").stringValue());
  }

  private static Instant time(JsonNode text) {
    return text.isNull() ? null : OffsetDateTime.parse(text.stringValue()).toInstant();
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static List<String> texts(JsonNode array) {
    return elements(array).map(JsonNode::stringValue).toList();
  }

  @Test
  @RiverPoint({57, 60})
  void failuresSayWhatHappened() {
    assertThat(
            List.of(
                onlyError("failed"),
                onlyError("panicked"),
                onlyError("of an unknown kind"),
                onlyError("cancelled by itself"),
                onlyError("cancelled while it ran"),
                onlyError("rescued")))
        .containsExactly(
            "conformance retryable error",
            "<é> & \u2028",
            "job kind is not registered in the client's Workers bundle: nobody_knows",
            "JobCancelError: conformance cancel",
            "JobCancelError: job cancelled remotely",
            "Stuck job rescued by JobRescuer");
    assertThat(ROWS.path("panicked").path("errors").path(0).path("trace").stringValue())
        .contains("\n\t");
  }

  private String onlyError(String name) {
    List<AttemptError> errors = row(name).errors();
    assertThat(errors).as(name).hasSize(1);
    return errors.getFirst().error();
  }

  @Test
  @RiverPoint({58, 68, 70, 92})
  void metadataHaveTheKeysThatAreKnownHere() {
    assertThat(metadata("completed with an output"))
        .isEqualTo(Map.of("output", "{\"message\":" + MESSAGE + "}"));
    assertThat(metadata("completed with metadata")).isEqualTo(Map.of("said", MESSAGE));
    assertThat(metadata("completed with a log").get("river:log"))
        .startsWith("[{\"log\":\"level=INFO");
    assertThat(metadata("snoozed")).isEqualTo(Map.of("snoozes", "1"));
    assertThat(metadata("failed in a step with a cursor"))
        .isEqualTo(
            Map.of(
                "river:resumable_step", "\"first\"", "river:resumable_cursor", "{\"second\":7}"));
    assertThat(metadata("failed in a later step"))
        .isEqualTo(Map.of("river:resumable_step", "\"second\"", "river:resumable_cursor", "null"));
    assertThat(metadata("rescued")).isEqualTo(Map.of("river:rescue_count", "1"));
    assertThat(metadata("discarded because its key was taken"))
        .isEqualTo(Map.of("unique_key_conflict", "\"scheduler_discarded\""));
    assertThat(metadata("periodic"))
        .containsEntry("periodic", "true")
        .containsKey("river:periodic_job_id");
    assertThat(metadata("cancelled while it waited")).containsOnlyKeys("cancel_attempted_at");
    assertThat(metadata("every option"))
        .isEqualTo(Map.of("n", "12345678901234567890.5", "é", "[\"\\u003c\",null]"));
  }

  private Map<String, String> metadata(String name) {
    return Map.copyOf(JsonObjects.members(row(name).metadata()));
  }
}
