package dev.gala.stored;

import static dev.gala.stored.Ended.failed;
import static dev.gala.stored.Ended.listeners;
import static dev.gala.stored.Ended.mark;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a row tells of its listeners. */
final class StandingTest {
  @Test
  void whileTheEventLivesTheyArePendingOrHaveAMark() {
    JobRow row =
        Ended.row(
            JobState.RETRYABLE,
            listeners("a", "b#01M85AEQRY975GKWBHA08EA0YQ", "c") + "," + mark("b", "succeeded"),
            failed("a", "no mail server"));
    assertThat(states(row)).isEqualTo("a PENDING, b DONE, c PENDING");
  }

  @Test
  void withoutMarksTheJobsEndTells() {
    assertThat(states(Ended.row(JobState.COMPLETED, listeners("a", "b"))))
        .isEqualTo("a DONE, b DONE");
    assertThat(states(Ended.row(JobState.CANCELLED, listeners("a", "b"))))
        .isEqualTo("a CANCELLED, b CANCELLED");
    assertThat(states(Ended.row(JobState.DISCARDED, listeners("a", "b"), failed("b", "no"))))
        .isEqualTo("a NOT_RUN, b FAILED");
  }

  @Test
  void marksGoBeforeTheJobsEnd() {
    JobRow row =
        Ended.row(
            JobState.DISCARDED,
            listeners("a", "b", "c", "d")
                + ","
                + mark("a", "succeeded")
                + ","
                + mark("b", "cancelled")
                + ","
                + mark("c", "exhausted")
                + ",\"gala:listener:d\":null",
            failed("d", "no"));
    assertThat(states(row)).isEqualTo("a DONE, b CANCELLED, c FAILED, d FAILED");
  }

  @Test
  void whoWasWaitedForInVainIsMissing() {
    assertThat(
            states(
                Ended.row(JobState.COMPLETED, listeners("a", "b") + ",\"gala:missing\":[\"b\"]")))
        .isEqualTo("a DONE, b MISSING");
    Standing nobody = Standing.of(Ended.row(JobState.COMPLETED, "\"gala:missing\":[]"));
    assertThat(nobody.others()).isEqualTo(ListenerState.MISSING);
  }

  /** It is redriven for a alone, and has not ended since. */
  @Test
  void whoIsLeftOutOfARedriveStandsAsBefore() {
    String redriven =
        ",\"gala:redriven\":{\"at\":\"2026-01-02T03:06:05Z\",\"only\":[\"a\"],\"rest\":{\"state\":"
            + "\"succeeded\",\"attempt\":1,\"at\":\"2026-01-02T03:05:05Z\",\"ms\":0}}";
    assertThat(states(Ended.row(JobState.AVAILABLE, listeners("a", "b") + redriven)))
        .isEqualTo("a PENDING, b DONE");
    assertThat(
            states(
                Ended.row(
                    JobState.DISCARDED, listeners("a", "b") + redriven, failed("a", "again"))))
        .isEqualTo("a FAILED, b DONE");
  }

  @Test
  void namesComeFromAllThatIsTold() {
    JobRow row =
        Ended.row(
            JobState.DISCARDED,
            mark("marked", "succeeded") + ",\"gala:missing\":[\"late\"]",
            failed("failed", "no"));
    assertThat(states(row)).isEqualTo("marked DONE, late MISSING, failed FAILED");
    assertThat(states(Ended.row(JobState.COMPLETED, "\"listeners\":{\"odd\":[1]}"))).isEmpty();
    assertThat(states(Ended.row(JobState.COMPLETED, "\"listeners\":[1,\"a\",\" \"]")))
        .isEqualTo("a DONE");
  }

  @Test
  void errorsAreTakenApart() {
    Instant at = Instant.parse("2026-01-02T03:04:05Z");
    var errors =
        ErrorTexts.byListener(
            List.of(
                new AttemptError(
                    at,
                    1,
                    failed("a", "no \"quoted\" execution failed: thing\n\tover two lines")
                        + "\ngala: listener \"b\" panicked: gala: listener panicked: deep",
                    "trace"),
                new AttemptError(
                    at, 2, failed("a", "its attempts were exhausted in attempt 1 at " + at), ""),
                new AttemptError(at, 3, "context deadline exceeded", ""),
                new AttemptError(
                    at,
                    4,
                    "JobCancelError: gala: listener \"c\" cancelled: in attempt 1\n"
                        + "gala: listener \"b\" cancelled: not for us",
                    "")));
    assertThat(errors).containsOnlyKeys("a", "b");
    assertThat(errors.get("a"))
        .containsExactly(
            new ListenerError(at, 1, "no \"quoted\" execution failed: thing\n\tover two lines"));
    assertThat(errors.get("b"))
        .containsExactly(
            new ListenerError(at, 1, "gala: listener panicked: deep"),
            new ListenerError(at, 4, "not for us"));
  }

  @Test
  void allOfAnEventIsRead() {
    StoredEvent event =
        EventReader.read(
            Ended.row(
                JobState.DISCARDED,
                listeners("a", "b") + "," + mark("a", "succeeded"),
                failed("b", "no")));
    assertThat(event.topic()).isEqualTo("orders");
    assertThat(event.emittedAt()).isEqualTo(Ended.EMITTED);
    assertThat(event.finalizedAt()).isEqualTo(Ended.ENDED);
    assertThat(event.redrivenAt()).isNull();
    assertThat(event.envelope()).isNotNull().extracting(e -> e.payload()).isEqualTo("{\"n\":1}");
    assertThat(event.envelopeJson()).startsWith("{\"id\":\"").contains("\"payload\":{\"n\":1}");
    assertThat(event.problem()).isNull();
    assertThat(event.listener("a"))
        .isEqualTo(
            new StoredListener(
                "a",
                ListenerState.DONE,
                2,
                Ended.EMITTED.plusSeconds(1),
                Duration.ofMillis(12),
                List.of()));
    assertThat(event.listener("b"))
        .isEqualTo(
            new StoredListener(
                "b",
                ListenerState.FAILED,
                null,
                null,
                null,
                List.of(new ListenerError(Ended.EMITTED, 1, "no"))));
    assertThat(event.listener("c")).isNull();
  }

  @Test
  void whatCannotBeReadIsSaidAndTheRestShown() {
    JobRow good = Ended.row(JobState.COMPLETED, listeners("a") + ",\"gala:deferred\":\"odd\"");
    JobRow bad =
        new JobRow(
            good.id(),
            good.state(),
            good.attempt(),
            good.maxAttempts(),
            good.attemptedAt(),
            good.createdAt(),
            good.finalizedAt(),
            good.scheduledAt(),
            good.priority(),
            "{\"envelope\":\"?\"}",
            good.attemptedBy(),
            good.errors(),
            good.kind(),
            good.metadata(),
            good.queue(),
            good.tags(),
            good.uniqueKey(),
            good.uniqueStates());
    StoredEvent event = EventReader.read(bad);
    assertThat(event.id().value()).isEqualTo("e-1");
    assertThat(event.topic()).isEqualTo("orders");
    assertThat(event.envelope()).isNull();
    assertThat(event.envelopeJson()).isEmpty();
    assertThat(event.problem())
        .contains("gala: river envelope decode failed")
        .contains("\"gala:deferred\" holds \"odd\"");
    assertThat(event.listeners()).hasSize(1);
  }

  private static String states(JobRow row) {
    return Standing.of(row).listeners().stream()
        .map(listener -> listener.name() + " " + listener.state())
        .collect(Collectors.joining(", "));
  }
}
