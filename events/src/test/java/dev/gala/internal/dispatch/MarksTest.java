package dev.gala.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MarksTest {
  @Test
  void findsNothingInOrdinaryMetadata() {
    assertThat(Marks.read("{}")).isSameAs(Marks.none());
    assertThat(Marks.read("{\"topic\":\"a\",\"snoozes\":3}")).isSameAs(Marks.none());
  }

  @Test
  void readsOurKeysAndNoOthers() {
    Marks marks =
        Marks.read(
            "{\"topic\":\"gala:x\",\"gala:later\":[1],\"gala:waiting_since\":\"2026-01-02T03:00:00Z\","
                + "\"gala:deferred\":4,\"gala:tried\":[\"a\"],"
                + "\"gala:listener:b:c\":{\"ms\":7,\"at\":\"2026-01-02T03:04:05.5Z\","
                + "\"attempt\":2,\"state\":\"cancelled\"},\"gala:listener:gone\":null}");
    assertThat(marks.deferred()).isEqualTo(4);
    assertThat(marks.waitingSince()).isEqualTo(Instant.parse("2026-01-02T03:00:00Z"));
    assertThat(marks.tried()).containsExactly("a");
    assertThat(marks.finished())
        .isEqualTo(
            Map.of(
                "b:c",
                new Mark(
                    Mark.State.CANCELLED,
                    2,
                    Instant.parse("2026-01-02T03:04:05.5Z"),
                    Duration.ofMillis(7))));
  }

  @Test
  void namesTheKeyItCannotRead() {
    assertThatThrownBy(() -> Marks.read("{\"gala:listener:x\":{\"state\":\"odd\",\"attempt\":1}}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gala:listener:x")
        .hasMessageContaining("odd");
  }

  @Test
  void tellsOfSuccessOnlyWhereNobodyFailedOrWasMissing() {
    assertThat(Marks.none().tellOfSuccessOnly()).isTrue();
    assertThat(Marks.read("{\"gala:deferred\":4,\"gala:missing\":null}").tellOfSuccessOnly())
        .isTrue();
    assertThat(Marks.read("{\"gala:missing\":[]}").tellOfSuccessOnly()).isFalse();
    for (Mark.State state : Mark.State.values()) {
      String mark = new Mark(state, 1, Instant.EPOCH, Duration.ZERO).json();
      assertThat(Marks.none().with(Map.of("gala:listener:x", mark)).tellOfSuccessOnly())
          .as(state.name())
          .isEqualTo(state == Mark.State.SUCCEEDED);
    }
  }

  @Test
  void forgetsAMarkThatIsEmptied() {
    Marks marks =
        Marks.none()
            .with(
                Map.of(
                    "gala:listener:x",
                    new Mark(Mark.State.EXHAUSTED, 1, Instant.EPOCH, Duration.ZERO).json()));
    assertThat(marks.isFinished("x")).isTrue();
    assertThat(marks.with(Map.of("gala:listener:x", "null")).isFinished("x")).isFalse();
  }

  @Test
  void deferralsGrowToFiveMinutes() {
    Deferral deferral = new Deferral(new java.util.Random(7));
    long[] seconds = {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300};
    for (int i = 0; i < seconds.length; i++) {
      assertThat(deferral.delay(i))
          .isBetween(Duration.ofMillis(seconds[i] * 800), Duration.ofMillis(seconds[i] * 1200));
    }
    assertThat(deferral.delay(1_000_000)).isGreaterThan(Duration.ofMinutes(3));
  }
}
