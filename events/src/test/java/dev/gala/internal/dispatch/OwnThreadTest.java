package dev.gala.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.event.Definition;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The last handler runs on the attempt's own thread, and is left behind there all the same. */
@Timeout(60)
final class OwnThreadTest {
  private final Harness harness = new Harness();
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<Run> runs = new ArrayList<>();

  @AfterEach
  void releaseWhoeverHangs() throws Exception {
    release.countDown();
    for (Run run : runs) {
      run.thread.join();
    }
  }

  @Test
  void onlyTheLastHandlerRunsThere() {
    var threads = new ArrayList<Thread>();
    for (String name : List.of("a", "b", "c")) {
      harness.on(
          Definition.builder(Harness.TOPIC, name)
              .handler((event, context) -> threads.add(Thread.currentThread())));
    }
    Run run = begun();
    assertThat(run.verdict.join()).isEqualTo(new Verdict.Done(Map.of()));
    assertThat(threads).doesNotHaveDuplicates().hasSize(3).last().isSameAs(run.thread);
    assertThat(run.ended.join()).isSameAs(run.thread);
  }

  /** The engine's threads have the context class loader of whoever made the client. */
  @Test
  void allHaveTheSameContextClassLoaderWhereverTheyRun() throws Exception {
    var loaders = new ArrayList<ClassLoader>();
    for (String name : List.of("a", "b")) {
      harness.on(
          Definition.builder(Harness.TOPIC, name)
              .handler(
                  (event, context) -> {
                    loaders.add(Thread.currentThread().getContextClassLoader());
                    Thread.currentThread().setContextClassLoader(null); // Of users' work anything.
                  }));
    }
    try (var engines = new URLClassLoader(new URL[0])) {
      var run = new Run(harness.dispatch());
      runs.add(run);
      run.thread.setContextClassLoader(engines);
      run.thread.start();
      assertThat(run.verdict.join()).isInstanceOf(Verdict.Done.class);
      assertThat(loaders)
          .containsExactly(ClassLoader.getSystemClassLoader(), ClassLoader.getSystemClassLoader());
      assertThat(run.loader.join()).isSameAs(engines);
    }
  }

  @Test
  void aTransactionalOneHasAThreadOfItsOwn() {
    var thread = new CompletableFuture<Thread>();
    harness.on(
        Definition.builder(Harness.TOPIC, "a")
            .transactionalHandler(
                (event, context, connection) -> thread.complete(Thread.currentThread())));
    Run run = begun();
    assertThat(run.verdict.join()).isInstanceOf(Verdict.Done.class);
    assertThat(thread.join()).isNotSameAs(run.thread);
  }

  @Test
  void whatHangsIsLeftBehindAndItsReturnIsIgnored() throws Exception {
    harness.rules = harness.rules.withListenerTimeout(Duration.ofMillis(30));
    harness.on("first", false);
    harness.on(Definition.builder(Harness.TOPIC, "hangs").handler((event, context) -> hang()));
    Run run = begun();
    Verdict.Retry retry = (Verdict.Retry) run.verdict.join();
    assertThat(retry.failure())
        .hasMessage("gala: listener \"hangs\" execution failed: timed out after PT0.03S");
    assertThat(retry.metadata()).containsOnlyKeys("gala:listener:first");
    assertThat(run.ended.join()).isNotSameAs(run.thread);
    assertThat(run.thread.isAlive()).as("still at it").isTrue();
    release.countDown();
    run.thread.join();
    assertThat(run.returned.get()).isNull();
    assertThat(run.ends).hasValue(1);
    assertThat(harness.ran).containsExactly("first", "hung");
  }

  @Test
  void anInterruptOfTheHandlerReachesNothingElse() {
    harness.rules =
        harness
            .rules
            .withListenerTimeout(Duration.ofMillis(10))
            .withInterruptGrace(Duration.ofHours(1));
    harness.on(
        Definition.builder(Harness.TOPIC, "heeds")
            .handler(
                (event, context) -> {
                  try {
                    release.await();
                  } catch (InterruptedException told) {
                    harness.ran.add("told " + context.cancelled());
                    Thread.currentThread().interrupt();
                  }
                }));
    Run run = begun();
    assertThat(run.verdict.join()).isEqualTo(new Verdict.Done(Map.of()));
    assertThat(harness.ran).containsExactly("told true");
    assertThat(run.ended.join()).isSameAs(run.thread);
    assertThat(run.interrupted.join()).isFalse();
  }

  @Test
  void aHandlerThatThrowsWhenItsTimeIsOverHasFailed() {
    harness.rules = harness.rules.withListenerTimeout(Duration.ofMillis(10));
    harness.on(
        Definition.builder(Harness.TOPIC, "throws").handler((event, context) -> release.await()));
    Run run = begun();
    assertThat(((Verdict.Retry) run.verdict.join()).failure())
        .hasMessage("gala: listener \"throws\" execution failed: timed out after PT0.01S");
  }

  @Test
  void aCancelledAttemptIsPutBackWhetherItsHandlerHeedsThatOrNot() throws Exception {
    var entered = new CountDownLatch(2);
    var hanging = new CompletableFuture<Thread>();
    harness.on(
        Definition.builder(Harness.TOPIC, "a")
            .handler(
                (event, context) -> {
                  boolean first = hanging.complete(Thread.currentThread());
                  entered.countDown();
                  if (first) {
                    hang();
                  } else {
                    release.await();
                  }
                }));
    Run hangs = begun();
    assertThat(hanging.join()).isSameAs(hangs.thread);
    Run heeds = begun();
    entered.await();
    harness.cancelled = true;
    hangs.thread.interrupt();
    heeds.thread.interrupt();
    for (Run run : runs) {
      assertThat(run.verdict.join()).isInstanceOf(Verdict.Interrupted.class);
      assertThat(run.verdict.join().metadata()).isEqualTo(Map.of("gala:tried", "[\"a\"]"));
    }
    assertThat(heeds.ended.join()).isSameAs(heeds.thread);
    assertThat(hangs.ended.join()).isNotSameAs(hangs.thread);
  }

  @Test
  void tellsOfExhaustionAlsoOnBehalfOfWhatHangs() {
    harness.attempt = 3;
    harness.rules = harness.rules.withListenerTimeout(Duration.ofMillis(10));
    harness.on(
        Definition.builder(Harness.TOPIC, "hangs")
            .onExhausted((event, context, failure) -> harness.ran.add("exhausted"))
            .handler((event, context) -> hang()));
    Run run = begun();
    assertThat(run.verdict.join()).isInstanceOf(Verdict.Fail.class);
    assertThat(harness.ran).containsExactly("exhausted");
  }

  /** Handlers that return at about the moment at which they are given up. */
  @Test
  void eitherTheHandlerOrTheWatchEndsTheAttempt() throws Exception {
    harness.rules =
        harness
            .rules
            .withListenerTimeout(Duration.ofMillis(1))
            .withInterruptGrace(Duration.ofMillis(1));
    var random = new Random(20_260_102);
    harness.on(
        Definition.builder(Harness.TOPIC, "late")
            .handler(
                (event, context) -> {
                  // Of one seed, though not in one order: the threads are not.
                  long end = System.nanoTime() + random.nextInt(25_000_000);
                  while (System.nanoTime() - end < 0) {
                    LockSupport.parkNanos(end - System.nanoTime());
                    Thread.interrupted();
                  }
                }));
    Dispatch dispatch = harness.dispatch();
    for (int i = 0; i < 300; i++) {
      runs.add(new Run(dispatch));
      runs.getLast().thread.start();
    }
    for (Run run : runs) {
      run.thread.join();
      Verdict verdict = run.verdict.join();
      boolean here = run.ended.join().equals(run.thread);
      assertThat(verdict).isInstanceOf(here ? Verdict.Done.class : Verdict.Retry.class);
      assertThat(run.interrupted.join()).isFalse();
      assertThat(run.ends).hasValue(1);
      assertThat(run.returned.get()).isNull();
    }
  }

  /** In both orders, and at once. */
  @Test
  void theGateLetsOneThrough() throws Exception {
    var ends = new EndGate();
    assertThat(ends.enter()).isTrue();
    assertThat(ends.giveUp()).isFalse();
    assertThat(ends.enter()).isTrue();
    var left = new EndGate();
    assertThat(left.giveUp()).isTrue();
    assertThat(left.enter()).isFalse();
    assertThat(left.giveUp()).isTrue();
    for (int i = 0; i < 2_000; i++) {
      var gate = new EndGate();
      var interrupted = new FutureTask<>(() -> Thread.currentThread().isInterrupted());
      var entered =
          new FutureTask<>(
              () -> {
                boolean first = gate.enter();
                interrupted.run();
                return first;
              });
      Thread handler = Thread.ofVirtual().start(entered);
      gate.interrupt(handler);
      boolean gaveUp = gate.giveUp();
      assertThat(entered.get()).isEqualTo(!gaveUp);
      assertThat(interrupted.get() && !gaveUp).as("interrupted after it ended").isFalse();
    }
  }

  private void hang() {
    boolean released = false;
    while (!released) {
      try {
        release.await();
        released = true;
      } catch (InterruptedException ignored) {
        harness.ran.remove("never there");
      }
    }
    harness.ran.add("hung");
  }

  private Run begun() {
    var run = new Run(harness.dispatch());
    runs.add(run);
    run.thread.start();
    return run;
  }

  /** An attempt on a thread of its own, and what came of it. */
  private final class Run implements Course {
    private final CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    private final CompletableFuture<Thread> ended = new CompletableFuture<>();
    private final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    private final CompletableFuture<ClassLoader> loader = new CompletableFuture<>();
    private final AtomicInteger ends = new AtomicInteger();
    private final FutureTask<@Nullable Void> returned;
    private final Thread thread;

    Run(Dispatch dispatch) {
      returned =
          new FutureTask<>(
              () -> {
                dispatch.run(harness.incoming(), this);
                return null;
              });
      thread = Thread.ofVirtual().unstarted(returned);
    }

    @Override
    public void elsewhere(Runnable rest) {
      Thread.ofVirtual().start(rest);
    }

    @Override
    public void over(Verdict given) {
      ends.incrementAndGet();
      interrupted.complete(Thread.currentThread().isInterrupted());
      loader.complete(Thread.currentThread().getContextClassLoader());
      ended.complete(Thread.currentThread());
      verdict.complete(given);
    }
  }
}
