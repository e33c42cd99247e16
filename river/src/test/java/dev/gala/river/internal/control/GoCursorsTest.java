package dev.gala.river.internal.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.job.JobCursor;
import dev.gala.river.job.JobListOrder;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Cursors as River's own Go client wrote them, recorded by the interoperation tests. */
class GoCursorsTest {
  private static final long ID = 9_007_199_254_740_993L;

  @Test
  @RiverPoint(80)
  void areRead() throws IOException {
    JsonNode cursors;
    try (var in = GoCursorsTest.class.getResourceAsStream("/go/cursors.json")) {
      cursors = JsonMapper.shared().readTree(in);
    }
    Instant ended = Instant.parse("2026-01-02T03:04:07.000001Z");
    var times =
        Map.of(
            JobListOrder.SCHEDULED_AT,
            Instant.parse("2026-01-02T03:04:05.12Z"),
            JobListOrder.FINALIZED_AT,
            ended,
            JobListOrder.TIME,
            ended);
    assertThat(cursors.size()).isEqualTo(JobListOrder.values().length);
    for (JsonNode recorded : cursors) {
      JobListOrder order = JobListOrder.ofWireName(recorded.path("order").stringValue());
      String text = recorded.path("cursor").stringValue();
      assertThat(text).contains("_");
      assertThat(CursorText.read(new JobCursor(text)))
          .isEqualTo(new CursorText(ID, order, times.get(order)));
    }
  }
}
