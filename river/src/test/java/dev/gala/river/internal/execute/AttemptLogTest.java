package dev.gala.river.internal.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.Rows;
import dev.gala.river.json.JsonObjects;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Leftovers.class)
final class AttemptLogTest {
  private final StagedMetadata staged = new StagedMetadata();

  private static AttemptLog log(String metadata) {
    return new AttemptLog(Rows.running(1, "k", 3, 25, 2, metadata));
  }

  private List<String> entries() {
    return JsonObjects.elements(
        JsonObjects.members(String.valueOf(staged.toJson())).get("river:log"));
  }

  @Test
  void anEmptyLogIsNotKept() {
    log("{\"river:log\": []}").stage(staged);
    assertThat(staged.toJson()).isNull();
  }

  @Test
  void anAttemptsLogComesAfterThoseBefore() {
    AttemptLog log = log("{\"river:log\": [{\"attempt\": 1, \"log\": \"x\\n\"}, 7]}");
    log.append("one");
    log.append("two");
    log.stage(staged);
    assertThat(entries())
        .containsExactly(
            "{\"attempt\":1,\"log\":\"x\\n\"}", "7", "{\"attempt\":3,\"log\":\"one\\ntwo\\n\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"river:log\": {}}", "{\"river:log\": \"x\"}", "river:log"})
  void whatIsNoLogIsReplaced(String metadata) {
    AttemptLog log = log(metadata);
    log.append("one");
    log.stage(staged);
    assertThat(entries()).hasSize(1);
  }

  @Test
  void anAttemptsTailIsCutOffBetweenCharacters() {
    AttemptLog log = log("{}");
    // Three bytes each, and the room is no multiple of three.
    log.append("\u20ac".repeat(AttemptLog.MOST_OF_AN_ATTEMPT / 3 + 1));
    log.append("never seen");
    log.stage(staged);
    assertThat(JsonObjects.textAt(entries().getFirst(), "log"))
        .isEqualTo("\u20ac".repeat(AttemptLog.MOST_OF_AN_ATTEMPT / 3));
  }

  @Test
  void whatIsLongInJsonIsCutToFit() {
    AttemptLog log = log("{\"river:log\":[1]}");
    log.append("\u0001".repeat(AttemptLog.MOST_OF_AN_ATTEMPT - 1));
    log.stage(staged);
    String value = JsonObjects.members(String.valueOf(staged.toJson())).get("river:log");
    assertThat(value.length()).isBetween(AttemptLog.MOST_OF_A_JOB - 2048, AttemptLog.MOST_OF_A_JOB);
  }

  @Test
  void theOldestAreDroppedWhenThereIsNoRoom() {
    String third = "\"" + "x".repeat(AttemptLog.MOST_OF_A_JOB / 3) + "\"";
    AttemptLog log = log("{\"river:log\":[1," + third + "," + third + "," + third + "]}");
    log.append("one");
    log.stage(staged);
    assertThat(entries()).hasSize(3).element(1).isEqualTo(third);
  }

  @Test
  void theLoggerWritesToBothLogs(Logs logs) {
    AttemptLog log = log("{}");
    var clock = InstantSource.fixed(Instant.parse("2026-05-06T07:08:09.123456Z"));
    var logger = new AttemptLogger("k", log, clock);
    logger.info("half of {} done", 10);
    logger.warn("odd", new IllegalStateException("this one"));
    log.stage(staged);
    assertThat(JsonObjects.textAt(entries().getFirst(), "log"))
        .startsWith(
            "2026-05-06T07:08:09.123Z INFO half of 10 done\n2026-05-06T07:08:09.123Z WARN odd\n"
                + "java.lang.IllegalStateException: this one\n\tat ");
    logs.expect("odd");
    assertThat(logs.count("odd")).isEqualTo(1);
  }
}
