package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Processes with a loop are killed at every step; it neither ends nor forks. */
class LoopCrashTest {
  /** Each step is deadly so often. */
  private static final int ROUNDS = Integer.getInteger("gala.kill.rounds", 2);

  /** Of the first run's emission, of a run, of its next one's emission, of its end. */
  private static final List<String> STEPS =
      List.of(
          "before emit",
          "after emit",
          "after claim",
          "in handler",
          "after begin",
          "after read",
          "before mark",
          "after mark",
          "before commit",
          "after commit",
          "before outcome",
          "after outcome");

  private static final String LIVE = "state not in ('completed', 'cancelled', 'discarded')";

  /** The payload's member with where the schedule stands. */
  private static final String PLACE =
      "(convert_from(decode(args ->> 'envelope', 'base64'), 'UTF8')::json -> 'payload' -> 'schedule')";

  @RegisterExtension private final Durable durable = new Durable();

  @TempDir private Path directory;

  private Program program;

  @BeforeEach
  void prepare() throws Exception {
    program = Program.in(directory);
  }

  @Test
  void killedAtEveryStepTheLoopNeitherEndsNorForks() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      for (String step : STEPS) {
        Process process = start(step, 1);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(step).isTrue();
        assertThat(process.exitValue())
            .as("%s: %s", step, Files.readString(program.said()))
            .isEqualTo(9);
        putBack();
        rows().hurry();
      }
    }
    Process survivor = start("never", 0);
    try {
      advance(3);
    } finally {
      end(survivor);
    }
    assertOneChain();
  }

  @Test
  void twoProcessesShareOneLoopAndTheDeathOfOneIsMadeGood() throws Exception {
    Process doomed = start("in handler", 3);
    Process other = start("never", 0);
    try {
      while (doomed.isAlive()) {
        advance(1);
      }
      advance(3);
    } finally {
      doomed.destroyForcibly();
      end(other);
    }
    assertThat(doomed.exitValue()).isEqualTo(9);
    assertOneChain();
  }

  /** Lets so many more runs happen. */
  private void advance(int runs) throws Exception {
    for (int i = 0; i < runs; i++) {
      awaitWaiting();
      rows().hurry();
    }
    awaitWaiting();
  }

  private void awaitWaiting() throws Exception {
    rows()
        .await(
            "one run that waits",
            "(select count(*) filter (where state = 'scheduled') = 1 and count(*) = 1"
                + " from river_job where "
                + LIVE
                + ")");
  }

  private void assertOneChain() throws Exception {
    assertThat(rows().jobs("args ->> 'unique_key' = 'sync:c-1:seed:0'")).isEqualTo(1);
    assertThat(rows().jobs("args ->> 'unique_key' like '%:seed:%'")).as("seeds").isEqualTo(1);
    List<String> cycles =
        rows().column("select coalesce(" + PLACE + " ->> 'cycle', '0') from river_job order by id");
    assertThat(cycles)
        .isEqualTo(LongStream.range(0, cycles.size()).mapToObj(String::valueOf).toList());
    assertThat(
            rows()
                .column(
                    "select distinct "
                        + PLACE
                        + " ->> 'incarnation' from river_job where args ->> 'unique_key' not like"
                        + " '%:seed:%'"))
        .isEqualTo(
            rows()
                .column(
                    "select metadata ->> 'event_id' from river_job where args ->> 'unique_key' ="
                        + " 'sync:c-1:seed:0'"));
    assertThat(rows().jobs(LIVE)).isEqualTo(1);
  }

  private Process start(String step, int occurrence) throws Exception {
    return program.start(
        LoopMortal.class, durable.database().jdbcUrl(), step, String.valueOf(occurrence));
  }

  private static void end(Process process) throws Exception {
    process.getOutputStream().close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it does not end");
    }
  }

  /** As the engine does after a while: what a dead process had claimed is to be done again. */
  private void putBack() throws Exception {
    rows()
        .execute(
            "update river_job set state = 'available', scheduled_at = now(), max_attempts = 1000"
                + " where state = 'running'");
  }

  private Rows rows() {
    return durable.rows();
  }
}
