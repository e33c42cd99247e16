package dev.gala.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.event.ContextKey;
import dev.gala.event.ContextSnapshot;
import dev.gala.event.EventContext;
import dev.gala.event.GalaException;
import dev.gala.event.Injector;
import dev.gala.spi.ContextCodec;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

/** The codecs that come with the library. */
final class ReadyCodecsTest {
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @AfterEach
  void nothingStaysInTheMdc() {
    assertThat(Optional.ofNullable(MDC.getCopyOfContextMap()).orElse(Map.of())).isEmpty();
  }

  @Test
  void aCallerIsWrittenAsInGo() {
    var caller =
        new Caller(
            "u1",
            "Ann <a>",
            "ann@example.com",
            "o1",
            "Org",
            List.of("o1", "o2"),
            "jwt",
            "ADMIN",
            true,
            -1L,
            "{\"impersonator_id\":\"u9\"}",
            null,
            Map.of());
    String json =
        "{\"subject_id\":\"u1\",\"subject_name\":\"Ann \\u003ca\\u003e\",\"subject_email\":"
            + "\"ann@example.com\",\"organization_id\":\"o1\",\"organization_name\":\"Org\","
            + "\"organization_ids\":[\"o1\",\"o2\"],\"authentication_type\":\"jwt\","
            + "\"organization_role\":\"ADMIN\",\"active_subscription\":true,\"capabilities\":"
            + "18446744073709551615,\"impersonation\":{\"impersonator_id\":\"u9\"}}";
    EventContext context = EventContext.empty().with(Caller.KEY, caller);
    assertThat(new CallerCodec().capture(context)).contains(json);
    assertThat(restore(new CallerCodec(), json)).isEqualTo(context);
  }

  @Test
  void fieldsOfACallerThatAreUnknownHereSurvive() {
    String json = "{\"subject_id\":\"u1\",\"a\":1e400,\"z\":{\"y\":[null]}}";
    EventContext context = restore(new CallerCodec(), json);
    assertThat(context.get(Caller.KEY).unknown())
        .containsExactlyInAnyOrderEntriesOf(Map.of("a", "1e400", "z", "{\"y\":[null]}"));
    assertThat(new CallerCodec().capture(context)).contains(json);
  }

  @Test
  void noCallerIsNoCaller() {
    assertThat(new CallerCodec().capture(EventContext.empty())).isEmpty();
    assertThat(restore(new CallerCodec(), "null")).isEqualTo(EventContext.empty());
    assertThat(restore(new CallerCodec(), "{}").get(Caller.KEY)).isEqualTo(Caller.of("", ""));
    assertThat(Caller.of("u", "o").has(1)).isFalse();
  }

  @Test
  void anOperationContextIsWrittenAsInGo() {
    var operation = new OperationContext("o1", "CREATE", "e1", "Control", "{\"a\":1.50}");
    String json =
        "{\"ownerId\":\"o1\",\"operation\":\"CREATE\",\"entityId\":\"e1\",\"entityType\":"
            + "\"Control\",\"attributes\":{\"a\":1.50}}";
    EventContext context = EventContext.empty().with(OperationContext.KEY, operation);
    assertThat(new OperationContextCodec().capture(context)).contains(json);
    assertThat(restore(new OperationContextCodec(), json)).isEqualTo(context);
    assertThat(
            new OperationContextCodec()
                .capture(
                    EventContext.empty()
                        .with(OperationContext.KEY, new OperationContext("", "", "", "", null))))
        .contains("{}");
  }

  @Test
  void onlyChosenNamesOfTheMdcAreCarried() throws Exception {
    MDC.put("request_id", "r<1>");
    MDC.put("password", "secret");
    ContextCodec codec = LogFieldsCodec.ofMdcKeys("request_id", "missing");
    Optional<String> captured = codec.capture(EventContext.empty());
    MDC.clear();
    assertThat(captured).contains("{\"request_id\":\"r\\u003c1\\u003e\"}");
    assertThat(LogFieldsCodec.ofMdcKeys().capture(EventContext.empty())).isEmpty();
  }

  @Test
  void fieldsStandInTheMdcWhileTheirContextIsCurrent() {
    EventContext context =
        restore(
            LogFieldsCodec.ofMdcKeys(), "{\"request_id\":\"r1\",\"n\":1.50,\"o\":{\"a\":null}}");
    MDC.put("n", "before");
    try (EventContext.Scope scope = context.makeCurrent()) {
      assertThat(MDC.getCopyOfContextMap())
          .isEqualTo(Map.of("request_id", "r1", "n", "1.50", "o", "{\"a\":null}"));
    }
    assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("n", "before"));
    MDC.clear();
  }

  @Test
  void fieldsOfAContextKeepTheirJsonOnTheNextHop() throws Exception {
    ContextCodec codec = LogFieldsCodec.ofMdcKeys("n", "request_id");
    String json = "{\"n\":1.50,\"request_id\":\"r1\"}";
    EventContext context = restore(codec, json);
    try (EventContext.Scope scope = context.makeCurrent()) {
      assertThat(codec.capture(EventContext.current())).contains(json);
      MDC.put("request_id", "r2");
      assertThat(codec.capture(EventContext.current()))
          .contains("{\"n\":1.50,\"request_id\":\"r2\"}");
    }
  }

  @Test
  void aTraceIsCarried() throws Exception {
    var trace = new TraceContext(TRACE, "vendor=1");
    ContextCodec codec = TraceContextCodec.of(() -> Optional.of(trace));
    String json = "{\"traceparent\":\"" + TRACE + "\",\"tracestate\":\"vendor=1\"}";
    assertThat(codec.capture(EventContext.empty())).contains(json);
    EventContext restored = restore(codec, json);
    assertThat(restored.get(TraceContext.KEY)).isEqualTo(trace);
    assertThat(trace.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(trace.parentId()).isEqualTo("b7ad6b7169203331");
    assertThat(trace.sampled()).isTrue();
    assertThat(TraceContextCodec.ofContext().capture(restored)).contains(json);
    assertThat(TraceContextCodec.ofContext().capture(EventContext.empty())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"
      })
  void whatIsNoTraceStopsNoEvent(String traceparent) {
    assertThatThrownBy(() -> new TraceContext(traceparent, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + traceparent + "\"");
    assertThat(restore(TraceContextCodec.ofContext(), "{\"traceparent\":\"" + traceparent + "\"}"))
        .isEqualTo(EventContext.empty());
    assertThat(restore(TraceContextCodec.ofContext(), "[1]")).isEqualTo(EventContext.empty());
  }

  @Test
  void tracesOfLaterVersionsAreRead() {
    assertThat(TraceContext.of("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more", ""))
        .hasValueSatisfying(trace -> assertThat(trace.sampled()).isFalse());
  }

  @Test
  void liveObjectsComeFromTheInjectorOfTheHandlersSide() throws Exception {
    var clock = new StringBuilder("live");
    var codec =
        InjectorCodec.of(
            "clock",
            Injector.builder().provide(StringBuilder.class, clock).build(),
            StringBuilder.class);
    assertThat(codec.capture(EventContext.empty())).contains("true");
    assertThat(restore(codec, "true").get(ContextKey.ofType(StringBuilder.class))).isSameAs(clock);

    var manager =
        new ContextManager(InjectorCodec.of("clock", Injector.none(), StringBuilder.class));
    assertThatThrownBy(() -> manager.restore(ContextSnapshot.of(Map.of("clock", "true"), Map.of())))
        .isInstanceOf(GalaException.class)
        .hasMessageContaining("\"clock\"")
        .hasMessageContaining("java.lang.StringBuilder")
        .hasCauseInstanceOf(NoSuchElementException.class);
  }

  private static EventContext restore(ContextCodec codec, String json) {
    return new ContextManager(codec)
        .restore(ContextSnapshot.of(Map.of(codec.key(), json), Map.of()));
  }
}
