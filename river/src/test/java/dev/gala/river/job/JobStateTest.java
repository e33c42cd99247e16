package dev.gala.river.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JobStateTest {
  @Test
  void theStatesAreThoseOfRiversTypeInItsOrder() {
    assertThat(Arrays.stream(JobState.values()).map(JobState::wireName))
        .containsExactly(
            "available",
            "cancelled",
            "completed",
            "discarded",
            "pending",
            "retryable",
            "running",
            "scheduled");
  }

  @ParameterizedTest
  @EnumSource
  void theLabelLeadsBack(JobState state) {
    assertThat(JobState.ofWireName(state.wireName())).isSameAs(state);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AVAILABLE", "canceled", "available "})
  void otherLabelsAreRefused(String label) {
    assertThatThrownBy(() -> JobState.ofWireName(label))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + label + "\"");
  }

  @Test
  void threeAreFinal() {
    assertThat(Arrays.stream(JobState.values()).filter(JobState::isFinal))
        .containsExactly(JobState.CANCELLED, JobState.COMPLETED, JobState.DISCARDED);
  }
}
