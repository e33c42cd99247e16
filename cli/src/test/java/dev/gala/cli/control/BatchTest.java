package dev.gala.cli.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class BatchTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine command =
      new CommandLine(new Nothing())
          .setOut(new PrintWriter(out, true))
          .setErr(new PrintWriter(err, true));
  private final Batch batch = new Batch();

  @Test
  void oneThatFailsDoesNotHoldUpTheOthers() {
    batch.run(List.of(1L, 2L, 3L), id -> id == 2 ? missing(id) : row(id));
    assertThat(batch.report(command, false, job -> "did " + job.id())).isEqualTo(1);
    assertThat(out.toString().lines()).containsExactly("did 1", "did 3");
    assertThat(err.toString().lines()).containsExactly("gala: there is no job 2");
  }

  @Test
  void inJsonItIsOneDocument() {
    batch.run(List.of(1L, 2L), id -> id == 2 ? missing(id) : row(id));
    assertThat(batch.report(command, true, job -> "")).isEqualTo(1);
    assertThat(out.toString().lines())
        .containsExactly(
            "{\"jobs\":["
                + JobView.json(row(1))
                + "],\"failures\":[{\"id\":2,\"error\":\"there is no job 2\"}]}");
  }

  @Test
  void allWell() {
    batch.run(List.of(1L), BatchTest::row);
    assertThat(batch.report(command, false, job -> "did " + job.id())).isZero();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void whatIsWrongWithTheDatabaseEndsIt() {
    var lost = new RiverException(RiverError.DATABASE, "lost");
    var thrown =
        catchThrowableOfType(
            RiverException.class,
            () ->
                batch.run(
                    List.of(1L, 2L, 3L),
                    id -> {
                      if (id == 2) {
                        throw lost;
                      }
                      return row(id);
                    }));
    assertThat(thrown).isSameAs(lost);
    assertThat(batch.report(command, false, job -> "did " + job.id())).isZero();
    assertThat(out.toString().lines()).containsExactly("did 1");
  }

  private static JobRow missing(long id) {
    throw new RiverException(RiverError.NOT_FOUND, "there is no job " + id);
  }

  private static JobRow row(long id) {
    return new JobRow(
        id,
        JobState.CANCELLED,
        0,
        25,
        null,
        Instant.EPOCH,
        Instant.EPOCH,
        Instant.EPOCH,
        1,
        "{}",
        List.of(),
        List.of(),
        "kind",
        "{}",
        "default",
        List.of(),
        null,
        Set.of());
  }

  @Command
  private static final class Nothing {}
}
