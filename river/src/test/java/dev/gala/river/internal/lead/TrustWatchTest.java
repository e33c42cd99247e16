package dev.gala.river.internal.lead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.fake.Await;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.ManualClockwork;
import dev.gala.river.internal.lifecycle.Threads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(Leftovers.class)
final class TrustWatchTest {
  private static final long TERM = Duration.ofSeconds(14).toNanos();
  private static final Duration OVER = Duration.ofNanos(TERM);

  /** What an elector may do next. */
  enum Next {
    BEGIN,
    EXTEND,
    END
  }

  private final ManualClockwork clock = new ManualClockwork();
  private final Gate saying = new Gate();
  private final AtomicInteger said = new AtomicInteger();
  private final TrustWatch watch =
      new TrustWatch(
          new Threads("gala"),
          clock,
          () -> {
            saying.pass();
            said.incrementAndGet();
          });

  @BeforeEach
  void start() {
    watch.start();
  }

  @AfterEach
  void stop() {
    saying.open();
    watch.stop();
  }

  private void termOver() {
    watch.begin(clock.nanos() + TERM);
    clock.awaitSleeper(OVER, OVER);
    clock.advance(OVER);
  }

  /** Or what is said of one term would stop what runs in the next, which goes on being renewed. */
  @ParameterizedTest
  @EnumSource
  void whatIsBeingSaidOfATermHasBeenSaidBeforeAnythingFollows(Next next) {
    termOver();
    saying.awaitEntered();
    var saidBefore = new AtomicReference<Integer>();
    Thread elector =
        Thread.ofPlatform()
            .name("test-elector")
            .start(
                () -> {
                  follow(next);
                  saidBefore.set(said.get());
                });
    Await.parked(elector);
    saying.open();
    Await.end(elector);
    assertThat(saidBefore).hasValue(1);
  }

  private void follow(Next next) {
    switch (next) {
      case BEGIN -> watch.begin(clock.nanos() + TERM);
      case EXTEND -> assertThat(watch.extend(clock.nanos() + TERM)).isFalse();
      case END -> watch.end();
    }
  }

  @Test
  void ofATermThatWasExtendedOrEndedNothingIsSaid() {
    saying.open();
    watch.begin(clock.nanos() + TERM);
    clock.awaitSleeper(OVER, OVER);
    assertThat(watch.extend(clock.nanos() + 2 * TERM)).isTrue();
    clock.awaitSleeper(OVER.multipliedBy(2), OVER.multipliedBy(2));
    clock.advance(OVER);
    clock.awaitSleeper(OVER, OVER);
    watch.end();
    clock.advance(OVER);
    termOver();
    Await.until("the end of the third", () -> said.get() > 0);
    assertThat(said).hasValue(1);
  }
}
