package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events that a process was handling when it died. */
class StuckEventTest {
  @RegisterExtension private final Durable durable = new Durable();

  private void emitAndLeaveRunning(String name, String age) throws Exception {
    String id = durable.gala().emit(Order.PLACED, new Order(name, 1)).eventId().value();
    durable
        .rows()
        .execute(
            "update river_job set state = 'running', attempt = 1, attempted_by = '{dead}',"
                + " attempted_at = now() - interval '"
                + age
                + "' where metadata ->> 'event_id' = '"
                + id
                + "'");
  }

  private Gala working() {
    Gala gala = durable.gala(durable.config().jobTimeout(Duration.ofHours(1)));
    gala.on(Order.PLACED, "recorder", (event, context) -> {});
    gala.startWorkers();
    return gala;
  }

  @Test
  void areHandledByAnotherWhenAllTheirTimeIsOver() throws Exception {
    emitAndLeaveRunning("stuck", "3 hours");
    working();
    durable.rows().await("the rescue", "(select state <> 'running' from river_job)");
    durable.rows().hurry();
    durable.rows().awaitState("completed");
    assertThat(
            durable
                .rows()
                .value(
                    "select concat_ws(' ', attempt, errors[1]->>'error', metadata ->>"
                        + " 'river:rescue_count') from river_job"))
        .isEqualTo("2 Stuck job rescued by JobRescuer 1");
  }

  @Test
  void areLeftAloneWhileTheirListenersMayBeAtWork() throws Exception {
    // The listener may take an hour, and an hour more to be told that it failed for good.
    emitAndLeaveRunning("slow", "110 minutes");
    emitAndLeaveRunning("stuck", "3 hours");
    Gala gala = working();
    durable.rows().await("a rescue", "exists (select from river_job where state <> 'running')");
    gala.stopWorkers();
    assertThat(durable.rows().jobs("state = 'running'")).isEqualTo(1);
  }
}
