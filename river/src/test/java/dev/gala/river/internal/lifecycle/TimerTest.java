package dev.gala.river.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.fake.Await;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TimerTest {
  private final Timer timer = new Threads("test").timer("timer");
  private final CountDownLatch begun = new CountDownLatch(1);
  private final AtomicBoolean ended = new AtomicBoolean();

  @Test
  void aPatientCloseWaitsForWhatIsBeingDoneAndForgetsTheRest() {
    var mayEnd = new CountDownLatch(1);
    timer.after(
        0,
        () -> {
          begun.countDown();
          Await.latch("leave to end", mayEnd);
          ended.set(true);
        });
    timer.after(TimeUnit.HOURS.toNanos(1), () -> ended.set(false));
    Await.latch("the task to begin", begun);
    Thread closing = Thread.ofPlatform().start(() -> timer.close(Duration.ofHours(1)));
    Await.parked(closing);
    mayEnd.countDown();
    Await.end(closing);
    assertThat(ended).isTrue();
  }

  @Test
  void oneThatHasWaitedLongEnoughInterrupts() {
    var interrupted = new CountDownLatch(1);
    timer.after(
        0,
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException told) {
            interrupted.countDown();
          }
        });
    Await.latch("the task to begin", begun);
    timer.close(Duration.ofMillis(1));
    Await.latch("the interrupt", interrupted);
  }
}
