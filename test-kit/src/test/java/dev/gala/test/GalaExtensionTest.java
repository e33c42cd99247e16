package dev.gala.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.event.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who gets which runtime. */
class GalaExtensionTest {
  static final Topic<String> NOTE = Topic.of("note", String.class);

  /** Attaches one listener. */
  static class Listening implements GalaTestSetup {
    @Override
    public void attach(Gala gala) {
      gala.on(NOTE, "listen", (note, ctx) -> {});
    }
  }

  @Nested
  @GalaTest(setup = Listening.class)
  class OfTheClass {
    private static final Set<TestGala> SEEN = ConcurrentHashMap.newKeySet();

    @RepeatedTest(3)
    void isOneTestsAlone(TestGala test, Gala gala) {
      for (TestGala earlier : SEEN) {
        assertThat(earlier).isNotSameAs(test);
        assertThatThrownBy(earlier::openConnection)
            .as("it is closed")
            .isInstanceOf(Exception.class);
      }
      SEEN.add(test);
      assertThat(test.gala()).isSameAs(gala);
      test.emitted(NOTE).hasNone();
      gala.emit(NOTE, "n");
      test.drain().hasCount(1).allCompleted();
      test.listener(NOTE, "listen").succeeded(1);
    }

    @Test
    @GalaTest
    void unlessTheMethodSaysOtherwise(TestGala test) {
      assertThat(test.gala().interestedIn(NOTE, "")).isFalse();
    }

    @Nested
    class OrAClassWithin {
      @Test
      void hasTheSame(Gala gala) {
        assertThat(gala.interestedIn(NOTE, "")).isTrue();
      }
    }
  }

  @Nested
  class Registered {
    @RegisterExtension
    private final GalaExtension listening =
        GalaExtension.with(gala -> gala.on(NOTE, "lambda", (note, ctx) -> {}));

    @Test
    void isForSetupsThatAreNoClass(Gala gala, TestGala test) {
      gala.emit(NOTE, "n");
      test.drain();
      test.listener(NOTE, "lambda").succeeded();
    }
  }

  @Test
  void whereASetupFailsNothingIsLeft() {
    assertThatThrownBy(
            () ->
                TestGala.create(
                    Store.POSTGRES,
                    gala -> {
                      throw new IllegalStateException("no listeners today");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no listeners today");
  }

  @Test
  void testsRunAtTheSameTime() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<Drained>>();
      for (Store store : List.of(Store.POSTGRES, Store.MEMORY, Store.POSTGRES, Store.MEMORY)) {
        running.add(threads.submit(() -> chain(store)));
      }
      for (Future<Drained> one : running) {
        assertThat(one.get().count()).isEqualTo(20);
      }
    }
  }

  private static Drained chain(Store store) {
    try (TestGala test =
        TestGala.create(
            store,
            gala ->
                gala.on(
                    NOTE,
                    "longer",
                    (note, ctx) -> {
                      if (note.length() < 20) {
                        ctx.emit(NOTE, note + "!");
                      }
                    }))) {
      test.gala().emit(NOTE, "!");
      return test.drain();
    }
  }

  @Test
  void itIsUsedWithoutJUnitToo() {
    try (TestGala test = TestGala.create()) {
      test.gala().on(NOTE, "own", (note, ctx) -> {});
      test.gala().emit(NOTE, "n");
      test.drain().hasCount(1);
      test.listener(NOTE, "own").succeeded();
    }
  }
}
