package dev.gala.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class PoolTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void runsNoMoreThanItsWorkersAtOnce() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (Pool pool = Pool.builder().workers(3).build()) {
      List<Callable<Integer>> tasks =
          IntStream.range(0, 500)
              .<Callable<Integer>>mapToObj(
                  i ->
                      () -> {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        Thread.onSpinWait();
                        now.decrementAndGet();
                        return i;
                      })
              .toList();
      assertThat(pool.submitAllAndWait(tasks)).hasSize(500).startsWith(0, 1, 2);
      assertThat(most.get()).isBetween(1, 3);
      assertThat(pool.waitIdle(LONG)).isTrue();
      assertThat(pool.stats()).isEqualTo(new PoolStats(0, 0, 500, 500, 0));
    }
  }

  @Test
  void makesSubmittersWaitForRoom() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (Pool pool = Pool.builder().workers(1).maxWaiting(1).build()) {
      pool.submit(() -> await(release));
      pool.submit(() -> {});
      FutureTask<Boolean> third =
          new FutureTask<>(
              () -> {
                pool.submit(() -> {});
                return release.getCount() == 0;
              });
      Thread submitter = Thread.ofPlatform().start(third);
      while (submitter.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      assertThat(pool.stats().waiting()).isEqualTo(1);
      assertThat(pool.waitIdle(Duration.ZERO)).isFalse();
      release.countDown();
      assertThat(third.get()).isTrue();
    }
  }

  @Test
  void aTaskNeverWaitsForItsOwnPool() throws Exception {
    try (Pool pool = Pool.builder().workers(1).maxWaiting(1).build()) {
      Callable<List<Integer>> nested =
          () -> {
            pool.submit(() -> {});
            pool.submit(() -> {});
            return pool.submitAllAndWait(List.of(() -> 1, () -> 2, () -> 3));
          };
      assertThat(pool.submitAllAndWait(List.of(nested))).containsExactly(List.of(1, 2, 3));
    }
  }

  @Test
  void reportsTheFirstFailureWhenAllHaveEnded() {
    AtomicInteger ended = new AtomicInteger();
    try (Pool pool = Pool.builder().build()) {
      List<Callable<Integer>> tasks =
          List.of(
              () -> {
                throw new IllegalStateException("first");
              },
              ended::incrementAndGet,
              () -> {
                throw new IllegalStateException("second");
              });
      assertThatThrownBy(() -> pool.submitAllAndWait(tasks))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .hasMessage("first");
      assertThat(ended).hasValue(1);
      assertThat(pool.stats().failed()).isEqualTo(2);
    }
  }

  @Test
  void survivesATaskThatThrows() throws Exception {
    try (Pool pool = Pool.builder().workers(1).build()) {
      pool.submit(
          () -> {
            throw new StackOverflowError("boom");
          });
      assertThat(pool.submitAllAndWait(List.of(() -> 1))).containsExactly(1);
      assertThat(pool.waitIdle(LONG)).isTrue();
      assertThat(pool.stats()).isEqualTo(new PoolStats(0, 0, 2, 1, 1));
    }
  }

  @Test
  void closingLetsTasksEndAndIsIdempotent() {
    AtomicInteger ran = new AtomicInteger();
    Pool pool = Pool.builder().name("mine").workers(2).build();
    for (int i = 0; i < 50; i++) {
      pool.submit(ran::incrementAndGet);
    }
    pool.close();
    pool.close();
    assertThat(ran).hasValue(50);
    assertThatThrownBy(() -> pool.submit(() -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("\"mine\" is closed");
  }

  @Test
  void closingInterruptsWhatTakesTooLong() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Pool pool = Pool.builder().workers(1).closeTimeout(Duration.ofMillis(5)).build();
    pool.submit(
        () -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException closing) {
            interrupted.countDown();
          }
        });
    pool.close();
    interrupted.await();
    assertThat(pool.stats().waiting()).isZero();
  }

  /** Whoever waits for what is dropped is told, rather than left to wait. */
  @Test
  void closingCancelsTheFuturesItDrops() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Pool pool = Pool.builder().workers(1).closeTimeout(Duration.ZERO).build();
    Callable<Integer> overruns =
        () -> {
          begun.countDown();
          release.await();
          return 1;
        };
    var all = new FutureTask<>(() -> pool.submitAllAndWait(List.of(overruns, () -> 2, () -> 3)));
    Thread.ofPlatform().start(all);
    begun.await();
    FutureTask<Integer> mine = new FutureTask<>(() -> 4);
    pool.submit(mine);
    pool.close();
    assertThatThrownBy(() -> all.get(LONG.toSeconds(), TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);
    assertThat(mine.isCancelled()).isTrue();
  }

  @Test
  void aTimeoutWithoutAnEndIsOneAndANegativeOneIsRefused() throws Exception {
    AtomicInteger ran = new AtomicInteger();
    Pool pool = Pool.builder().workers(1).closeTimeout(ChronoUnit.FOREVER.getDuration()).build();
    pool.submit(ran::incrementAndGet);
    assertThat(pool.waitIdle(ChronoUnit.FOREVER.getDuration())).isTrue();
    pool.submit(ran::incrementAndGet);
    pool.close();
    assertThat(ran).hasValue(2);
    assertThatThrownBy(() -> Pool.builder().closeTimeout(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("closeTimeout is PT-0.001S: give zero or more");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
