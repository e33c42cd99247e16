package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.event.Emission;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers are killed at every step between a claim and the end of the attempt, again and again, and
 * their answers cut off; then the effects are counted.
 */
class ExactlyOnceTest {
  /** Each step is deadly so often; in the profile of long runs, more often. */
  private static final int ROUNDS = Integer.getInteger("gala.kill.rounds", 3);

  /** Enough that each step occurs as often as {@link #OCCURRENCES}. */
  private static final int EVENTS_A_ROUND = 4;

  private static final int OCCURRENCES = 3;

  @RegisterExtension private final Durable durable = new Durable();

  @TempDir private Path directory;

  private Program program;
  private int emitted;

  @BeforeEach
  void aTableForEffects() throws Exception {
    program = Program.in(directory);
    rows().execute("create table effect (event text, listener text)");
  }

  @Test
  void killedAtEveryStepAgainAndAgainEachEffectHappensOnce() throws Exception {
    Gala emitter = durable.gala();
    int kills = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (String step : Steps.ALL) {
        emit(emitter);
        try (Mortal worker = worker(step, 1 + round % OCCURRENCES)) {
          worker.awaitDeath();
        }
        kills++;
        putBack();
      }
    }
    finish();
    assertThat(kills).isEqualTo(ROUNDS * Steps.ALL.size());
    assertEachOnce();
  }

  private Mortal worker(String step, int occurrence) throws Exception {
    return Mortal.start(program, durable.database().jdbcUrl(), step, occurrence);
  }

  private void emit(Gala emitter) {
    var batch = new ArrayList<Emission<?>>();
    for (int i = 0; i < EVENTS_A_ROUND; i++) {
      emitted++;
      batch.add(Emission.of(Order.PLACED, new Order("o-" + emitted, emitted)));
    }
    emitter.emitAll(batch);
  }

  /** As an operator would: what a dead worker had claimed is to be done again. */
  private void putBack() throws Exception {
    rows()
        .execute(
            "update river_job set state = 'available', scheduled_at = now(), max_attempts = 1000"
                + " where state = 'running'");
  }

  private void finish() throws Exception {
    try (Mortal survivor = worker("never", 0)) {
      while (rows().jobs("state <> 'completed'") > 0) {
        rows()
            .await(
                "all ends, or what waits for its time",
                "(select count(*) filter (where state in ('running', 'available') and"
                    + " scheduled_at <= now()) = 0 from river_job)");
        rows().hurry();
      }
    }
  }

  private void assertEachOnce() throws Exception {
    var expected = new ArrayList<String>();
    for (int i = 1; i <= emitted; i++) {
      for (String listener : List.of("book", "charge", "child", "once")) {
        expected.add("o-" + i + " " + listener);
      }
    }
    assertThat(rows().column("select event || ' ' || listener from effect"))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(rows().jobs("true")).as("events and their children").isEqualTo(3 * emitted);
    assertThat(rows().jobs("attempt > 1")).as("attempts were lost").isPositive();
  }

  private Rows rows() {
    return durable.rows();
  }
}
