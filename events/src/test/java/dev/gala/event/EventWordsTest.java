package dev.gala.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EventWordsTest {
  private static final Topic<String> TOPIC = Topic.of("t", String.class);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @ParameterizedTest
  @CsvSource({
    "abc, abc",
    "a b/c, a_b_c",
    "-a-, _a_",
    "-, _",
    "é😀, __",
    "a-b_C9, a-b_C9",
    "'', ''"
  })
  void sanitizesTags(String text, String tag) {
    assertThat(Tags.sanitize(text)).isEqualTo(tag);
  }

  @Test
  void cutsTagsAndThenMendsTheirEnds() {
    assertThat(Tags.sanitize("x".repeat(254) + "-yz")).isEqualTo("x".repeat(254) + "_");
  }

  @Test
  void namesAreRequired() {
    assertCode(GalaError.TOPIC_NAME_REQUIRED, () -> Topic.of(" ", String.class));
    assertCode(GalaError.LISTENER_NAME_REQUIRED, () -> Definition.of(TOPIC, "", (e, c) -> {}));
    assertCode(GalaError.LISTENER_NAME_REQUIRED, () -> Definition.of(TOPIC, "a#b", (e, c) -> {}));
    assertCode(GalaError.LISTENER_HANDLER_REQUIRED, () -> Definition.builder(TOPIC, "a").build());
    assertCode(GalaError.DISPATCH_MODE_INVALID, () -> DispatchMode.ofText("lazy"));
    assertThat(DispatchMode.ofText("in_memory")).isEqualTo(DispatchMode.IN_MEMORY);
  }

  @Test
  void topicsKnowTheirPayloadsClass() {
    assertThat(Topic.of("t", int.class).payloadClass()).isEqualTo(Integer.class);
    assertThat(Topic.of("t", new TypeRef<List<String>>() {}).payloadClass()).isEqualTo(List.class);
    assertThat(Topic.of("t", new TypeRef<List<String>[]>() {}).payloadClass())
        .isEqualTo(List[].class);
  }

  @Test
  void listenerFailuresReadAsInGo() {
    assertThat(ListenerException.of("a", new IllegalStateException("boom")))
        .hasMessage("gala: listener \"a\" execution failed: boom");
    assertThat(ListenerException.of("a", new IllegalStateException()))
        .hasMessage("gala: listener \"a\" execution failed: java.lang.IllegalStateException");
    ListenerException panic = ListenerException.of("a", new LinkageError("boom"));
    assertThat(panic).hasMessage("gala: listener \"a\" panicked: gala: listener panicked: boom");
    assertThat(panic.panicked()).isTrue();
    assertThat(ListenerException.of("a", new AssertionError("no")).panicked()).isFalse();
  }

  @Test
  void exceptionsTakeOnData() {
    GalaException failure =
        new GalaException(GalaError.DISPATCH_FAILED, "why", new IllegalStateException())
            .with("event_id", "7");
    assertThat(failure)
        .hasMessage("gala: dispatch failed: why")
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(failure.data()).containsEntry("event_id", "7");
    assertThat(new GalaException(GalaError.GALA_REQUIRED, "").with("a", "b"))
        .hasMessage("gala: gala is required");
  }

  @Test
  void optionsGoBeforeHeaders() {
    EmitOptions options =
        EmitOptions.builder()
            .headers(Headers.builder().queue("a").maxAttempts(2).property("p", "v").build())
            .queue("b")
            .delay(Duration.ofMinutes(1))
            .build();
    Headers headers = options.headers(NOW);
    assertThat(headers.queue()).isEqualTo("b");
    assertThat(headers.maxAttempts()).isEqualTo(2);
    assertThat(headers.scheduledAt()).isEqualTo("2026-01-02T03:05:05Z");
    assertThat(headers.properties()).containsEntry("p", "v");
    assertThat(EmitOptions.of(headers).headers(NOW)).isSameAs(headers);
    assertThat(options.toBuilder().build().headers(NOW)).isEqualTo(headers);
  }

  @Test
  void headersTakeAnInputForPeople() {
    assertThat(Headers.of(List.of("a"), "{}").properties()).containsEntry("input", "{}");
    assertThat(
            Headers.of(
                    List.of("a"),
                    7,
                    input -> {
                      throw new IllegalStateException("cannot");
                    })
                .properties())
        .isEmpty();
    assertThat(Headers.of(List.of(), 7, String::valueOf).properties()).containsEntry("input", "7");
  }

  @Test
  void idsAreUlids() {
    EventId id = EventId.random();
    assertThat(id.value()).matches("[0-9A-HJKMNP-TV-Z]{26}");
    assertThat(EventId.random()).isNotEqualTo(id);
    assertThatThrownBy(() -> EventId.of(" ")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theContextIsBoundToItsThreadAlone() throws Exception {
    ContextKey<String> key = ContextKey.of("k", String.class);
    EventContext context = EventContext.empty().with(key, "v");
    AtomicReference<EventContext> elsewhere = new AtomicReference<>();
    try (EventContext.Scope outer = context.makeCurrent()) {
      assertThat(EventContext.current()).isSameAs(context);
      try (EventContext.Scope inner = EventContext.empty().makeCurrent()) {
        assertThat(EventContext.current().get(key)).isNull();
      }
      assertThat(EventContext.current()).isSameAs(context);
      Thread.ofPlatform().start(() -> elsewhere.set(EventContext.bound())).join();
      assertThat(elsewhere.get()).isNull();
      Thread.ofPlatform().start(context.wrap(() -> elsewhere.set(EventContext.current()))).join();
      assertThat(elsewhere.get()).isSameAs(context);
    }
    assertThat(EventContext.bound()).isNull();
    Callable<String> wrapped = context.wrap(() -> EventContext.current().get(key));
    assertThat(wrapped.call()).isEqualTo("v");
  }

  @Test
  void aScopeClosesWhereItWasOpened() throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (EventContext.Scope scope = EventContext.empty().makeCurrent()) {
      Thread.ofPlatform()
          .start(
              () -> {
                try {
                  scope.close();
                } catch (IllegalStateException e) {
                  failure.set(e);
                }
              })
          .join();
    }
    assertThat(failure.get()).hasMessageContaining("close it where it was opened");
  }

  @Test
  void tryEmitAndEmitAsyncReturnFailuresAsValues() {
    Emitter refusing =
        new Emitter() {
          @Override
          public List<EmitReceipt> emitAll(List<? extends Emission<?>> emissions) {
            throw new GalaException(GalaError.DISPATCH_FAILED, "closed");
          }

          @Override
          public EmitReceipt emitEnvelope(Envelope envelope) {
            return new EmitReceipt(envelope.id(), false, null);
          }
        };
    assertThat(refusing.tryEmit(TOPIC, "x")).isInstanceOf(EmitResult.Failed.class);
    assertThat(refusing.emitAsync(TOPIC, "x")).isCompletedExceptionally();
  }

  private static void assertCode(
      GalaError code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(GalaException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
