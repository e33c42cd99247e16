package dev.gala.river.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AttemptLinesTest {
  private final List<String> kept = new ArrayList<>();

  @Test
  void noLineIsMadeWithoutAnAttempt() {
    AttemptLines.keep(
        () -> {
          throw new IllegalStateException("asked");
        });
    assertThat(kept).isEmpty();
  }

  @Test
  void scopesEndWhereTheyBegan() {
    try (var outer = AttemptLines.to(line -> kept.add("outer " + line))) {
      try (var inner = AttemptLines.to(line -> kept.add("inner " + line))) {
        AttemptLines.keep(() -> "1");
      }
      try (var none = AttemptLines.to(null)) {
        AttemptLines.keep(() -> "2");
      }
      AttemptLines.keep(() -> "3");
    }
    AttemptLines.keep(() -> "4");
    assertThat(kept).containsExactly("inner 1", "outer 3");
  }

  @Test
  void whatFailsInBetweenChangesNothing() {
    try (var lines = AttemptLines.to(kept::add)) {
      assertThatThrownBy(
              () ->
                  AttemptLines.keep(
                      () -> {
                        AttemptLines.keep(() -> "nested");
                        throw new IllegalStateException("no line");
                      }))
          .hasMessage("no line");
      AttemptLines.keep(() -> "next");
    }
    assertThat(kept).containsExactly("next");
  }

  @Test
  void workIsHandedOnWithItsAttempt() throws InterruptedException {
    Runnable part = () -> AttemptLines.keep(() -> "part");
    Runnable handedOn;
    try (var lines = AttemptLines.to(kept::add)) {
      handedOn = AttemptLines.handedOn(part);
      Thread.ofVirtual().start(part).join();
    }
    Thread.ofVirtual().start(handedOn).join();
    handedOn.run();
    AttemptLines.keep(() -> "after");
    assertThat(kept).containsExactly("part", "part");
    assertThat(AttemptLines.handedOn(part)).isSameAs(part);
  }
}
