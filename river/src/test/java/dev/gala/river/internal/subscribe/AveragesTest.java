package dev.gala.river.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.Rows;
import dev.gala.river.job.RiverEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class AveragesTest {
  private static RiverEvent event(long queueWait, long run, long complete) {
    return new RiverEvent(
        RiverEvent.Kind.JOB_COMPLETED,
        "default",
        Rows.running(1, "k"),
        new RiverEvent.Statistics(
            Duration.ofMillis(queueWait), Duration.ofMillis(run), Duration.ofMillis(complete)));
  }

  @Test
  void whatCameSinceTheLastTimeIsLogged(Logs logs) {
    logs.listenTo(Averages.class);
    var averages = new Averages();
    assertThat(averages.wanted()).isTrue();
    averages.log();
    averages.add(event(10, 100, 2));
    averages.add(event(20, 300, 4));
    averages.add(new RiverEvent(RiverEvent.Kind.QUEUE_PAUSED, "default", null, null));
    averages.log();
    averages.log();
    averages.add(event(1, 1, 1));
    averages.log();
    assertThat(logs.countLesser("on average")).isEqualTo(2);
    assertThat(
            logs.countLesser(
                "2 attempts ended; on average they waited PT0.015S, ran PT0.2S, and PT0.003S"))
        .isEqualTo(1);
    assertThat(logs.countLesser("1 attempts ended; on average they waited PT0.001S")).isEqualTo(1);
  }

  @Test
  void whereNobodyReadsThemThereAreNone(Logs logs) {
    var averages = new Averages();
    assertThat(averages.wanted()).isFalse();
    averages.add(event(1, 1, 1));
    averages.log();
    logs.listenTo(Averages.class);
    averages.log();
    assertThat(logs.countLesser("on average")).isZero();
  }
}
