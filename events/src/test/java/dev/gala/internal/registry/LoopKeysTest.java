package dev.gala.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.event.Headers;
import dev.gala.schedule.ScheduleState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopKeysTest {
  @ParameterizedTest
  @ValueSource(strings = {"sync:c-1", "sync:seed:c-1", "a:incarnation:b", "x"})
  void theKeyOfALoopIsFoundInTheKeysOfItsRuns(String loop) {
    String run = LoopKeys.ofRun(loop, ScheduleState.initial().inChain("i-1", 4));
    assertThat(LoopKeys.ofHeaders(Headers.builder().uniqueKey(run).build())).isEqualTo(loop);
    String seed = LoopKeys.ofSeed(loop, 17);
    assertThat(LoopKeys.ofHeaders(Headers.builder().uniqueKey(seed).build())).isEqualTo(loop);
  }

  @Test
  void aFirstRunSaysItsLoopAndAPlainKeyIsOne() {
    Headers seeded = Headers.builder().property(LoopKeys.SEEDED_LOOP, "a").uniqueKey("b").build();
    assertThat(LoopKeys.ofHeaders(seeded)).isEqualTo("a");
    assertThat(LoopKeys.ofHeaders(Headers.builder().uniqueKey("b").build())).isEqualTo("b");
    assertThat(LoopKeys.ofHeaders(Headers.builder().build())).isNull();
  }
}
