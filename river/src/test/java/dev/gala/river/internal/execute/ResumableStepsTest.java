package dev.gala.river.internal.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.job.RiverException;
import dev.gala.river.worker.Steps;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ResumableStepsTest {
  private static final Connection CONNECTION =
      (Connection)
          Proxy.newProxyInstance(
              Connection.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (self, method, args) -> {
                throw new UnsupportedOperationException(method.getName());
              });

  private final List<String> did = new ArrayList<>();
  private final List<String> written = new ArrayList<>();

  private ResumableSteps steps(String metadata) {
    return new ResumableSteps(metadata, (connection, patch) -> written.add(patch));
  }

  private void work(Steps steps, String name) throws Exception {
    steps.step(name, () -> did.add(name));
  }

  private static void fail(Steps steps, String name) {
    assertThatThrownBy(
            () ->
                steps.step(
                    name,
                    () -> {
                      throw new IllegalStateException("broken " + name);
                    }))
        .hasMessage("broken " + name);
  }

  private static @Nullable String staged(ResumableSteps steps) {
    var metadata = new StagedMetadata();
    steps.stage(metadata);
    return metadata.toJson();
  }

  @Test
  @RiverPoint(70)
  void anAttemptGoesOnAfterTheStepThatWasPassed() throws Exception {
    ResumableSteps first = steps("{}");
    work(first, "a");
    work(first, "b");
    fail(first, "c");
    assertThat(staged(first)).isEqualTo("{\"river:resumable_step\":\"b\"}");
    ResumableSteps second = steps("{\"river:resumable_step\": \"b\", \"x\": 1}");
    for (String name : List.of("a", "b", "c", "d")) {
      work(second, name);
    }
    second.checkDone();
    assertThat(did).containsExactly("a", "b", "c", "d");
  }

  @Test
  @RiverPoint(70)
  void anAttemptThatOnlyGotBackToItsStepKeepsIt() throws Exception {
    ResumableSteps steps = steps("{\"river:resumable_step\":\"a\"}");
    work(steps, "a");
    fail(steps, "b");
    assertThat(staged(steps)).isEqualTo("{\"river:resumable_step\":\"a\"}");
    assertThat(did).isEmpty();
  }

  @Test
  void whatFailsBeforeTheFirstStepIsPassedKeepsNothing() {
    ResumableSteps steps = steps("{}");
    fail(steps, "a");
    assertThat(staged(steps)).isNull();
  }

  @Test
  void aCursorIsKeptThoughNoStepWasPassed() throws Exception {
    ResumableSteps first = steps("{}");
    assertThatThrownBy(
            () ->
                first.stepWithCursor(
                    "a",
                    cursor -> {
                      first.setCursor("7");
                      throw new IllegalStateException("broken");
                    }))
        .hasMessage("broken");
    String kept = staged(first);
    assertThat(kept).isEqualTo("{\"river:resumable_cursor\":{\"a\":7}}");
    ResumableSteps second = steps(kept);
    second.stepWithCursor("a", cursor -> did.add("a from " + cursor));
    fail(second, "b");
    assertThat(did).containsExactly("a from 7");
    assertThat(staged(second))
        .isEqualTo("{\"river:resumable_cursor\":null,\"river:resumable_step\":\"a\"}");
  }

  @Test
  @RiverPoint(70)
  void aStepUnknownHereFailsTheAttempt() throws Exception {
    ResumableSteps steps = steps("{\"river:resumable_step\":\"gone\"}");
    work(steps, "a");
    assertThat(did).isEmpty();
    assertThatThrownBy(steps::checkDone)
        .hasMessage("river: resumable step \"gone\" not found in Worker");
    assertThatThrownBy(() -> ResumableSteps.checkNoneKept("{\"river:resumable_step\":\"gone\"}"))
        .hasMessage("river: resumable step \"gone\" not found in Worker");
    assertThatCode(() -> ResumableSteps.checkNoneKept("{\"river:resumable_step\":\"\"}"))
        .doesNotThrowAnyException();
  }

  @Test
  void aNameIsUsedOnce() throws Exception {
    ResumableSteps steps = steps("{}");
    work(steps, "a");
    assertThatThrownBy(() -> work(steps, "a")).hasMessageContaining("\"a\" was used before");
    assertThatThrownBy(steps::checkDone).hasMessageContaining("\"a\" was used before");
  }

  @Test
  void nothingBeginsAfterAFailureAndTheAttemptIsNotDone() {
    ResumableSteps steps = steps("{}");
    fail(steps, "a");
    assertThatThrownBy(() -> work(steps, "b")).hasMessageContaining("a step before it failed");
    assertThat(did).isEmpty();
    assertThat(catchThrowable(steps::checkDone)).hasMessage("broken a");
  }

  @Test
  @RiverPoint(70)
  void aCursorIsKeptUntilItsStepIsPassed() throws Exception {
    ResumableSteps first = steps("{}");
    work(first, "a");
    assertThatThrownBy(
            () ->
                first.stepWithCursor(
                    "b",
                    cursor -> {
                      did.add("b from " + cursor);
                      first.setCursor("{\"at\": 7}");
                      throw new IllegalStateException("broken");
                    }))
        .hasMessage("broken");
    assertThat(staged(first))
        .isEqualTo(
            "{\"river:resumable_cursor\":{\"b\":{\"at\": 7}},\"river:resumable_step\":\"a\"}");
    ResumableSteps second =
        steps("{\"river:resumable_cursor\":{\"b\":{\"at\":7}},\"river:resumable_step\":\"a\"}");
    work(second, "a");
    second.stepWithCursor("b", cursor -> did.add("b from " + cursor));
    fail(second, "c");
    assertThat(staged(second))
        .isEqualTo("{\"river:resumable_cursor\":null,\"river:resumable_step\":\"b\"}");
    assertThat(did).containsExactly("a", "b from null", "b from {\"at\":7}");
  }

  @Test
  void theStepTheJobStandsAtIsDoneAgainFromItsCursor() throws Exception {
    String metadata = "{\"river:resumable_cursor\":{\"a\":3},\"river:resumable_step\":\"a\"}";
    ResumableSteps steps = steps(metadata);
    steps.stepWithCursor("a", cursor -> did.add("a from " + cursor));
    work(steps, "b");
    assertThat(did).containsExactly("a from 3", "b");
    ResumableSteps withoutCursor = steps(metadata);
    work(withoutCursor, "a");
    assertThat(did).hasSize(2);
  }

  @Test
  void aCheckpointIsWrittenByTheCallerAndNotStagedBesides() throws Exception {
    ResumableSteps steps = steps("{}");
    work(steps, "a");
    assertThatThrownBy(
            () ->
                steps.stepWithCursor(
                    "b",
                    cursor -> {
                      steps.checkpoint(CONNECTION, "1");
                      steps.checkpoint(CONNECTION);
                      throw new IllegalStateException("broken");
                    }))
        .hasMessage("broken");
    assertThat(written)
        .containsExactly(
            "{\"river:resumable_cursor\":{\"b\":1},\"river:resumable_step\":\"b\"}",
            "{\"river:resumable_cursor\":null,\"river:resumable_step\":\"b\"}");
    assertThat(staged(steps)).isNull();
  }

  @Test
  void aStepPassedAfterItsCheckpointIsStaged() throws Exception {
    ResumableSteps steps = steps("{}");
    steps.step("a", () -> steps.checkpoint(CONNECTION));
    fail(steps, "b");
    assertThat(staged(steps)).isEqualTo("{\"river:resumable_step\":\"a\"}");
  }

  @Test
  void cursorsAndCheckpointsBelongToSteps() throws Exception {
    ResumableSteps steps = steps("{}");
    assertThatThrownBy(() -> steps.setCursor("1")).hasMessageContaining("inside of stepWithCursor");
    assertThatThrownBy(() -> steps.checkpoint(CONNECTION)).hasMessageContaining("inside of a step");
    steps.step(
        "a", () -> assertThatThrownBy(() -> steps.setCursor("1")).hasMessageContaining("cursor"));
    steps.stepWithCursor(
        "b",
        cursor ->
            assertThatThrownBy(() -> steps.setCursor("{"))
                .isInstanceOf(RiverException.class)
                .hasMessageContaining("no JSON"));
  }
}
