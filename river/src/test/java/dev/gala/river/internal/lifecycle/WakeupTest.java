package dev.gala.river.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.fake.Await;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class WakeupTest {
  private final Wakeup wakeup = new Wakeup();

  @Test
  void aSignalIsKeptForTheNextWaitAndManyAreOne() {
    wakeup.signal();
    wakeup.signal();
    assertThat(wakeup.await(Long.MAX_VALUE)).isTrue();
    assertThat(wakeup.await(0)).isFalse();
    assertThat(wakeup.await(-1)).isFalse();
    assertThat(wakeup.await(1)).isFalse();
  }

  @Test
  void noSignalIsLost() {
    int rounds = 20_000;
    var given = new AtomicInteger();
    var taken = new AtomicInteger();
    Thread taker =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (taken.get() < rounds) {
                    wakeup.await(Long.MAX_VALUE);
                    taken.set(given.get());
                  }
                });
    for (int i = 0; i < rounds; i++) {
      given.incrementAndGet();
      wakeup.signal();
    }
    Await.end(taker);
    assertThat(taken).hasValue(rounds);
  }

  @Test
  void anInterruptEndsTheWaitAndTakesNoSignal() {
    Thread.currentThread().interrupt();
    assertThat(wakeup.await(Long.MAX_VALUE)).isTrue();
    assertThat(Thread.interrupted()).isFalse();
    assertThat(wakeup.await(0)).isFalse();
  }
}
