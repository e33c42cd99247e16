package dev.gala.river.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gala.river.worker.PeriodicSchedule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Schedules that River gives out for its clients, where they are at hand. */
final class RiversOwnCronTest {
  @Test
  void runAtTheSameTimes() {
    for (JsonNode given : read().get("cron_cases")) {
      // River's take the zone of the time they are asked at; ours is told.
      OffsetDateTime from = OffsetDateTime.parse(given.get("from").stringValue());
      PeriodicSchedule schedule =
          Cron.schedule(given.get("expression").stringValue(), from.getOffset());
      Instant at = from.toInstant();
      for (JsonNode next : given.get("next")) {
        at = schedule.next(at);
        assertThat(at)
            .as(given.get("name").stringValue())
            .isEqualTo(Instant.parse(next.stringValue()));
      }
      if (given.get("next").isEmpty()) {
        assertThat(schedule.next(at)).isEqualTo(PeriodicSchedule.NEVER);
      }
    }
  }

  @Test
  void areRefusedAlike() {
    for (JsonNode expression : read().get("cron_invalid")) {
      assertThatThrownBy(() -> Cron.schedule(expression.stringValue()))
          .as(expression.toString())
          .isInstanceOf(RuntimeException.class);
    }
  }

  private static JsonNode read() {
    Path path = Path.of("..", "..", "shared", "fixtures", "river", "maintenance_values.json");
    assumeTrue(Files.exists(path), () -> "River's own values are not at hand: " + path);
    return new JsonMapper().readTree(path.toFile());
  }
}
