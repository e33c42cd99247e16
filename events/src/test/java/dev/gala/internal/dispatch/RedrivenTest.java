package dev.gala.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.event.Definition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Events that are handled again after their jobs had ended. */
final class RedrivenTest {
  private static final Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant AT = Instant.parse("2026-01-02T00:00:00Z");
  private static final String OVER = "{\"at\":\"2026-01-02T00:00:00Z\"}";

  private final Harness harness = new Harness();

  @Test
  void isReadAsItIsWritten() {
    Redriven some = new Redriven(AT, Set.of("b", "a"), rest(Mark.State.EXHAUSTED));
    assertThat(some.json())
        .isEqualTo(
            "{\"at\":\"2026-01-02T00:00:00Z\",\"only\":[\"a\",\"b\"],\"rest\":"
                + rest(Mark.State.EXHAUSTED).json()
                + "}");
    assertThat(Redriven.read(some.json())).isEqualTo(some);
    assertThat(Redriven.all(AT).json()).isEqualTo(OVER);
    assertThat(Marks.read("{\"gala:redriven\":" + OVER + "}").redriven())
        .isEqualTo(Redriven.all(AT));
  }

  @Test
  void allThatAreNotFinishedRun() {
    harness.on("a", false);
    harness.on("b", false);
    harness.marks = marks(Map.of("a", rest(Mark.State.SUCCEEDED)), null, Redriven.all(AT));
    assertThat(harness.run()).isEqualTo(new Verdict.Done(Map.of()));
    assertThat(harness.ran).containsExactly("b");
  }

  /** The others succeeded when the job was completed: nothing else is to be written of them. */
  @Test
  void onlyTheListenerThatIsMeantRunsAgain() {
    harness.on("a", false);
    harness.onTransactional("b");
    harness.on("c", false);
    harness.marks = only(Mark.State.SUCCEEDED, "b");
    harness.carrier.found = harness.marks;
    harness.run();
    assertThat(harness.ran).containsExactly("b");
    assertThat(harness.carrier.done)
        .startsWith("begin", "complete [gala:listener:b, gala:redriven]");
  }

  @Test
  void whenItFailsTheOthersStillCountAsTheyEnded() {
    harness.on("a", false);
    harness.on("b", true);
    harness.attempt = 3;
    harness.marks = only(Mark.State.SUCCEEDED, "b");
    Verdict verdict = harness.run();
    assertThat(verdict).isInstanceOf(Verdict.Fail.class);
    assertThat(verdict.metadata())
        .isEqualTo(
            Map.of("gala:listener:a", rest(Mark.State.SUCCEEDED).json(), "gala:redriven", OVER));
    assertThat(harness.ran).containsExactly("b");
  }

  @Test
  void whileItIsTriedAgainNothingOfTheOthersIsWritten() {
    harness.on("a", false);
    harness.on("b", true);
    harness.marks = only(Mark.State.SUCCEEDED, "b");
    Verdict verdict = harness.run();
    assertThat(verdict).isInstanceOf(Verdict.Retry.class);
    assertThat(verdict.metadata()).isEmpty();
  }

  /** Another one failed for good, and still has: the event is not to look as if all were well. */
  @Test
  void whoFailedBeforeAndIsNotMeantHasFailedStill() {
    harness.on("a", false);
    harness.on("b", false);
    harness.on(
        Definition.builder(Harness.TOPIC, "not concerned")
            .operations("other")
            .handler((event, context) -> harness.ran.add("not concerned")));
    harness.attempt = 3;
    harness.marks = only(Mark.State.EXHAUSTED, "b");
    Verdict verdict = harness.run();
    assertThat(harness.ran).containsExactly("b");
    assertThat(((Verdict.Fail) verdict).failure())
        .hasMessageContaining("\"a\" execution failed: its attempts were exhausted in attempt 2")
        .hasMessageNotContaining("not concerned");
    assertThat(verdict.metadata()).containsOnlyKeys("gala:listener:b", "gala:redriven");
  }

  @Test
  void whoGaveUpBeforeAndIsNotMeantHasGivenUpStill() {
    harness.on("a", false);
    harness.on("b", false);
    harness.marks = only(Mark.State.CANCELLED, "b");
    Verdict verdict = harness.run();
    assertThat(harness.ran).containsExactly("b");
    assertThat(verdict).isInstanceOf(Verdict.Cancel.class);
    assertThat(verdict.metadata()).containsOnlyKeys("gala:listener:b", "gala:redriven");
  }

  @Test
  void whoIsMeantAndNotHereIsWaitedForAndThenMissing() {
    harness.on("a", false);
    harness.marks = only(Mark.State.SUCCEEDED, "gone");
    Verdict verdict = harness.run();
    assertThat(verdict).isInstanceOf(Verdict.Snooze.class);
    harness.marks = harness.marks.with(verdict.metadata());
    harness.rules = harness.rules.withMissingListenerGrace(Duration.ZERO);
    assertThat(harness.run())
        .isEqualTo(
            new Verdict.Done(
                Map.of(
                    "gala:missing",
                    "[\"gone\"]",
                    "gala:redriven",
                    OVER,
                    "gala:waiting_since",
                    "null")));
    assertThat(harness.ran).isEmpty();
  }

  @Test
  void whoWasMissingAndIsNotMeantIsMissingStill() {
    harness.on("a", false);
    harness.on("late", false);
    var redriven = new Redriven(AT, Set.of("a"), rest(Mark.State.EXHAUSTED));
    harness.marks = marks(Map.of(), List.of("late"), redriven);
    assertThat(harness.run())
        .isEqualTo(new Verdict.Done(Map.of("gala:missing", "[\"late\"]", "gala:redriven", OVER)));
    assertThat(harness.ran).containsExactly("a");
  }

  @Test
  void whoWasMissingAndHasRunIsMissingNoMore() {
    harness.on("late", false);
    harness.marks = marks(Map.of(), List.of("late"), null);
    assertThat(harness.run()).isEqualTo(new Verdict.Done(Map.of("gala:missing", "null")));
    assertThat(harness.ran).containsExactly("late");
  }

  private static Marks only(Mark.State rest, String... names) {
    return marks(Map.of(), null, new Redriven(AT, Set.of(names), rest(rest)));
  }

  private static Marks marks(
      Map<String, Mark> finished, @Nullable List<String> missing, @Nullable Redriven redriven) {
    return new Marks(finished, 0, Set.of(), missing, redriven, null);
  }

  private static Mark rest(Mark.State state) {
    return new Mark(state, 2, BEFORE, Duration.ZERO);
  }
}
