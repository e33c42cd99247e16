package dev.gala.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.gala.event.ListenerException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class VerdictRulesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration TOOK = Duration.ofMillis(12);

  private static final String SUCCEEDED = mark("succeeded", 2);
  private static final String CANCELLED = mark("cancelled", 2);
  private static final String EXHAUSTED = mark("exhausted", 3);

  /**
   * One letter a listener, named by it: s(ucceeded) f(ailed) z (snoozed 30 s) c(ancelled) n(ot
   * begun, or interrupted); capitals are marks from before: S C E(xhausted). Then w: one is waited
   * for, 10 s. Of transactions: r(ecorded) with one, u(nknown) whether it was committed. g(ated);
   * l(ost claim).
   */
  static Stream<Arguments> rounds() {
    return Stream.of(
        // Attempts are left.
        arguments("s", 2, "done", Map.of()),
        arguments("", 2, "done", Map.of()),
        arguments("sS", 2, "done", Map.of()),
        arguments("z", 2, "snooze PT30S", Map.of()),
        arguments("w", 2, "snooze PT10S", Map.of("gala:deferred", "1")),
        arguments("n", 2, "interrupted", Map.of()),
        arguments("c", 2, "cancel c", Map.of()),
        arguments("f", 2, "retry f", Map.of()),
        arguments("sc", 2, "cancel c", Map.of("gala:listener:s", SUCCEEDED)),
        arguments("C", 2, "cancel C", Map.of()),
        arguments("sC", 2, "cancel C", Map.of("gala:listener:s", SUCCEEDED)),
        arguments("cC", 2, "cancel C c", Map.of()),
        arguments("sz", 2, "snooze PT30S", Map.of("gala:listener:s", SUCCEEDED)),
        arguments("cz", 2, "snooze PT30S", Map.of("gala:listener:c", CANCELLED)),
        arguments(
            "szw",
            2,
            "snooze PT10S",
            Map.of("gala:listener:s", SUCCEEDED, "gala:tried", "[\"z\"]", "gala:deferred", "1")),
        arguments("zn", 2, "interrupted", Map.of("gala:tried", "[\"z\"]")),
        arguments("sf", 2, "retry f", Map.of("gala:listener:s", SUCCEEDED)),
        arguments("cf", 2, "retry f", Map.of("gala:listener:c", CANCELLED)),
        arguments("fz", 2, "retry f", Map.of()),
        arguments("fw", 2, "retry f", Map.of("gala:tried", "[\"f\"]")),
        arguments("fn", 2, "interrupted", Map.of("gala:tried", "[\"f\"]")),
        arguments("sfS", 2, "retry f", Map.of("gala:listener:s", SUCCEEDED)),
        arguments("r", 2, "done", Map.of()),
        arguments("rf", 2, "retry f", Map.of()),
        arguments("rsz", 2, "snooze PT30S", Map.of("gala:listener:s", SUCCEEDED)),
        arguments("u", 2, "retry u", Map.of()),
        arguments("su", 2, "retry u", Map.of("gala:listener:s", SUCCEEDED)),
        arguments("g", 2, "done", Map.of()),
        arguments("l", 2, "interrupted", Map.of()),
        arguments("fl", 2, "interrupted", Map.of()),
        // The last attempt.
        arguments("r", 3, "done", Map.of()),
        arguments("rf", 3, "fail f", Map.of()),
        arguments("uw", 3, "snooze PT10S", Map.of("gala:deferred", "1", "gala:tried", "[\"u\"]")),
        arguments(
            "fuw",
            3,
            "snooze PT10S",
            Map.of(
                "gala:listener:f", EXHAUSTED, "gala:deferred", "1", "gala:tried", "[\"f\",\"u\"]")),
        arguments("s", 3, "done", Map.of()),
        arguments("f", 3, "fail f", Map.of()),
        arguments("sf", 3, "fail f", Map.of("gala:listener:s", mark("succeeded", 3))),
        arguments("cf", 3, "fail f", Map.of("gala:listener:c", mark("cancelled", 3))),
        arguments("fC", 3, "fail f", Map.of()),
        arguments("n", 3, "interrupted", Map.of()),
        arguments(
            "sfn",
            3,
            "interrupted",
            Map.of("gala:listener:s", mark("succeeded", 3), "gala:tried", "[\"f\"]")),
        arguments("fz", 3, "snooze PT30S", Map.of("gala:listener:f", EXHAUSTED)),
        arguments(
            "sfw",
            3,
            "snooze PT10S",
            Map.of(
                "gala:listener:s",
                mark("succeeded", 3),
                "gala:listener:f",
                EXHAUSTED,
                "gala:deferred",
                "1",
                "gala:tried",
                "[\"f\"]")),
        arguments("Ez", 3, "snooze PT30S", Map.of()),
        arguments("Ew", 3, "snooze PT10S", Map.of("gala:deferred", "1")),
        arguments("E", 3, "fail E", Map.of("gala:listener:E", "null")),
        arguments(
            "Es",
            3,
            "fail E",
            Map.of("gala:listener:s", mark("succeeded", 3), "gala:listener:E", "null")),
        arguments("Ef", 3, "fail f E", Map.of("gala:listener:E", "null")),
        arguments(
            "Ec",
            3,
            "fail E",
            Map.of("gala:listener:c", mark("cancelled", 3), "gala:listener:E", "null")),
        arguments("EC", 3, "fail E", Map.of("gala:listener:E", "null")));
  }

  @ParameterizedTest(name = "{0} in attempt {1} of 3: {2}")
  @MethodSource("rounds")
  void decides(String listeners, int attempt, String expected, Map<String, String> metadata) {
    Verdict verdict = VerdictRules.of(round(listeners, attempt));
    assertThat(describe(verdict)).isEqualTo(expected);
    assertThat(verdict.metadata()).isEqualTo(metadata);
  }

  @Test
  void joinsTheMessagesOfSeveralFailures() {
    Verdict verdict = VerdictRules.of(round("ff", 1));
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Retry.class,
            retry -> {
              assertThat(retry.failure())
                  .hasMessage(
                      "gala: listener \"f\" execution failed: boom f\n"
                          + "gala: listener \"f\" execution failed: boom f");
              assertThat(retry.failure().getSuppressed()).hasSize(2);
            });
  }

  @Test
  void throwsTheOnlyFailureItself() {
    assertThat(((Verdict.Retry) VerdictRules.of(round("sf", 1))).failure())
        .isInstanceOf(ListenerException.class);
  }

  @Test
  void neverSnoozesIntoThePast() {
    Round late =
        new Round(
            1, 3, NOW, Marks.none(), List.of(new Result.Snoozed("z", NOW.minusSeconds(1))), null);
    assertThat(describe(VerdictRules.of(late))).isEqualTo("snooze PT0S");
  }

  @Test
  void rewritesWhoWasTriedOnlyWhenThatChanges() {
    Marks before = new Marks(Map.of(), 0, Set.of("f", "s"));
    Round same = new Round(1, 3, NOW, before, results("fn"), null);
    assertThat(VerdictRules.of(same).metadata()).doesNotContainKey("gala:tried");
    Round changed = new Round(1, 3, NOW, before, results("sf"), null);
    assertThat(VerdictRules.of(changed).metadata()).containsEntry("gala:tried", "[\"f\"]");
  }

  @Test
  void marksReadBackAsWritten() {
    Verdict verdict = VerdictRules.of(round("scfzw", 3));
    Marks read = Marks.none().with(verdict.metadata());
    assertThat(read.finished()).containsOnlyKeys("s", "c", "f");
    assertThat(read.finished().get("f")).isEqualTo(new Mark(Mark.State.EXHAUSTED, 3, NOW, TOOK));
    assertThat(read.deferred()).isEqualTo(1);
    assertThat(read.tried()).containsExactlyInAnyOrder("f", "z");
  }

  private static Round round(String listeners, int attempt) {
    Map<String, Mark> before = new HashMap<>();
    for (int i = 0; i < listeners.length(); i++) {
      char c = listeners.charAt(i);
      switch (c) {
        case 'S' -> before.put("S", before(Mark.State.SUCCEEDED));
        case 'C' -> before.put("C", before(Mark.State.CANCELLED));
        case 'E' -> before.put("E", before(Mark.State.EXHAUSTED));
        default -> {}
      }
    }
    return new Round(
        attempt,
        3,
        NOW,
        new Marks(before, 0, Set.of()),
        results(listeners),
        listeners.contains("w") ? Duration.ofSeconds(10) : null);
  }

  private static Mark before(Mark.State state) {
    return new Mark(state, 1, NOW, TOOK);
  }

  private static List<Result> results(String listeners) {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < listeners.length(); i++) {
      char c = listeners.charAt(i);
      String name = String.valueOf(c);
      switch (c) {
        case 's' -> results.add(new Result.Succeeded(name, NOW, TOOK));
        case 'z' -> results.add(new Result.Snoozed(name, NOW.plusSeconds(30)));
        case 'c' -> results.add(new Result.Cancelled(name, NOW, TOOK, "no need", false));
        case 'r' -> results.add(new Result.Succeeded(name, NOW, TOOK, true));
        case 'g' -> results.add(new Result.Gated(name, NOW));
        case 'l' -> results.add(new Result.ClaimLost(name));
        case 'u' ->
            results.add(
                new Result.Failed(
                    name,
                    NOW,
                    TOOK,
                    ListenerException.of(name, new IllegalStateException("boom " + name)),
                    true));
        case 'n' -> results.add(new Result.PutBack(name, false));
        case 'f' ->
            results.add(
                new Result.Failed(
                    name,
                    NOW,
                    TOOK,
                    ListenerException.of(name, new IllegalStateException("boom " + name))));
        default -> {}
      }
    }
    return results;
  }

  private static String describe(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Done done -> "done";
      case Verdict.Snooze snooze -> "snooze " + snooze.delay();
      case Verdict.Cancel cancel -> "cancel " + names(cancel.reason());
      case Verdict.Interrupted interrupted -> "interrupted";
      case Verdict.Retry retry -> "retry " + names(retry.failure().getMessage());
      case Verdict.Fail fail -> "fail " + names(fail.failure().getMessage());
    };
  }

  private static String names(String messages) {
    List<String> names = new ArrayList<>();
    for (String line : messages.lines().toList()) {
      int from = line.indexOf('"') + 1;
      names.add(line.substring(from, line.indexOf('"', from)));
    }
    return String.join(" ", names);
  }

  private static String mark(String state, int attempt) {
    return "{\"state\":\""
        + state
        + "\",\"attempt\":"
        + attempt
        + ",\"at\":\"2026-01-02T03:04:05Z\",\"ms\":12}";
  }
}
