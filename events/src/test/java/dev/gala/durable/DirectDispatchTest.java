package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Events that begin in the process that emits them, in the moment they are stored. */
class DirectDispatchTest {
  /** Where a process dies that inserts what it works. */
  private static final List<String> STEPS =
      List.of(
          "before direct",
          "after direct",
          "in handler",
          "after effect",
          "end of handler",
          "before mark",
          "after mark",
          "before commit",
          "after commit",
          "after plain",
          "before outcome",
          "after outcome");

  /** Each step is deadly so often. */
  private static final int ROUNDS = Integer.getInteger("gala.kill.rounds", 2);

  @RegisterExtension private final Durable durable = new Durable();

  @TempDir private Path directory;

  private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

  @Test
  void anEventOfAListenerHereBeginsWithoutAClaim() throws Exception {
    Gala gala = durable.gala();
    gala.on(Order.PLACED, "recorder", (event, context) -> handled.add(event.id()));
    gala.startWorkers();
    for (int i = 0; i < 50; i++) {
      gala.emit(Order.PLACED, new Order("o-" + i, i));
      assertThat(Await.next("the event", handled)).isEqualTo("o-" + i);
    }
    rows().await("all to end", "not exists (select from river_job where state <> 'completed')");
    assertThat(rows().jobs("attempt = 1 and attempted_at = created_at and errors is null"))
        .as("but for the first ones")
        .isGreaterThan(20);
    assertThat(rows().jobs("attempt <> 1")).isZero();
  }

  @Test
  void anEventThatNobodyHereListensToIsLeftToOthers() throws Exception {
    Gala emitter = durable.gala();
    emitter.on(Order.PLACED, "recorder", (event, context) -> handled.add(event.id()));
    emitter.startWorkers();
    for (int i = 0; i < 20; i++) {
      emitter.emit(Mortal.CHILD, "child");
    }
    assertThat(
            rows()
                .jobs(
                    "metadata ->> 'topic' = 'child' and attempt > 0 and attempted_at = created_at"))
        .isZero();
  }

  @Test
  void killedAtEveryStepNothingIsLostAndNothingDoubled() throws Exception {
    rows().execute("create table effect (event text, listener text)");
    Program program = Program.in(directory);
    Path told = Files.createFile(directory.resolve("told"));
    int kills = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (String step : STEPS) {
        kills++;
        Process process =
            program.start(
                Sower.class,
                durable.database().jdbcUrl(),
                step,
                String.valueOf(2 + round),
                "k" + kills,
                told.toString());
        if (!process.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)
            || process.exitValue() != 9) {
          process.destroyForcibly();
          throw new AssertionError(
              "not killed at " + step + ": " + Files.readString(program.said()));
        }
      }
    }
    assertThat(rows().jobs("attempted_at = created_at")).as("began at once").isPositive();
    finish();

    List<String> effects = rows().column("select event from effect");
    assertThat(effects).as("nothing is doubled").doesNotHaveDuplicates();
    assertThat(effects).as("nothing is lost").containsAll(Files.readAllLines(told));
    assertThat(effects).as("nor made up").hasSize(Math.toIntExact(rows().jobs("true")));
  }

  /** A survivor puts back what the dead ones ran, and works it. */
  private void finish() throws Exception {
    durable.expectWarning("is dead");
    durable.expectWarning("put back");
    Gala survivor = durable.gala(Sower.config().url(durable.database().url()));
    Sower.attach(survivor, new Steps("never", 0), () -> {});
    survivor.startWorkers();
    rows().workOff("state <> 'completed'");
  }

  private Rows rows() {
    return durable.rows();
  }
}
