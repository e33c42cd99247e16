package dev.gala.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.event.Codec;
import dev.gala.event.Definition;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.ListenerId;
import dev.gala.event.PayloadOperation;
import dev.gala.event.Topic;
import dev.gala.event.TypeRef;
import dev.gala.json.JsonCodecs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class RegistryTest {
  enum Kind {
    CREATE,
    DELETE
  }

  record Order(String orderId, int count) {}

  record ByText(String operation) {}

  record ByEnum(Kind operation) {}

  record ByInterface(String what) implements PayloadOperation {
    @Override
    public String payloadOperation() {
      return what;
    }
  }

  @SuppressWarnings("unused") // read by reflection
  static final class Bean {
    public String getOperation() {
      return " DELETE ";
    }
  }

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class);

  private final Registry registry = new Registry(JsonCodecs.defaults());

  @Test
  void encodesInSnakeCaseAndDecodes() {
    registry.register(ORDERS);
    String json = registry.encodePayload("orders", new Order("<1>", 2));
    assertThat(json).isEqualTo("{\"order_id\":\"\\u003c1\\u003e\",\"count\":2}");
    assertThat(registry.decodePayload("orders", json)).isEqualTo(new Order("<1>", 2));
    assertThat(registry.decodePayload("orders", "{\"order_id\":\"x\",\"new\":[]}"))
        .isEqualTo(new Order("x", 0));
  }

  @Test
  void encodesGenericTypes() {
    registry.register(Topic.of("many", new TypeRef<Map<String, List<Order>>>() {}));
    Map<String, List<Order>> payload = Map.of("a", List.of(new Order("1", 1)));
    assertThat(registry.decodePayload("many", registry.encodePayload("many", payload)))
        .isEqualTo(payload);
  }

  @Test
  void carriesBinaryPayloadsAsBase64() {
    Codec<String> codec =
        new Codec<>() {
          @Override
          public byte[] encode(String payload) {
            return payload.getBytes(StandardCharsets.UTF_16BE);
          }

          @Override
          public String decode(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_16BE);
          }

          @Override
          public boolean binary() {
            return true;
          }
        };
    registry.register(Topic.of("binary", String.class, codec));
    assertThat(registry.encodePayload("binary", "hé")).isEqualTo("\"AGgA6Q==\"");
    assertThat(registry.decodePayload("binary", "\"AGgA6Q==\"")).isEqualTo("hé");
    assertFails(
        GalaError.PAYLOAD_DECODE_FAILED, () -> registry.decodePayload("binary", "{\"a\":1}"));
  }

  @Test
  void refusesBytesThatAreNotJsonFromACodecThatPromisedSo() {
    Codec<String> codec =
        new Codec<>() {
          @Override
          public byte[] encode(String payload) {
            return payload.getBytes(StandardCharsets.UTF_8);
          }

          @Override
          public String decode(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
          }
        };
    registry.register(Topic.of("text", String.class, codec));
    assertFails(GalaError.PAYLOAD_ENCODE_FAILED, () -> registry.encodePayload("text", "hello"));
    assertFails(GalaError.ENVELOPE_PAYLOAD_REQUIRED, () -> registry.encodePayload("text", ""));
  }

  @Test
  void saysWhatIsWrongWithAPayload() {
    registry.register(ORDERS);
    assertFails(GalaError.PAYLOAD_TYPE_MISMATCH, () -> registry.encodePayload("orders", "text"))
        .hasMessageContaining("RegistryTest$Order")
        .hasMessageContaining("java.lang.String");
    assertFails(GalaError.ENVELOPE_PAYLOAD_REQUIRED, () -> registry.decodePayload("orders", ""));
    assertFails(GalaError.PAYLOAD_DECODE_FAILED, () -> registry.decodePayload("orders", "null"));
    assertFails(GalaError.PAYLOAD_DECODE_FAILED, () -> registry.decodePayload("orders", "[1]"))
        .hasCauseInstanceOf(tools.jackson.core.JacksonException.class);
    assertFails(GalaError.TOPIC_NOT_REGISTERED, () -> registry.decodePayload("other", "{}"));
  }

  @Test
  void registersATopicOnce() {
    registry.register(ORDERS);
    assertFails(GalaError.TOPIC_ALREADY_REGISTERED, () -> registry.register(ORDERS));
    assertThat(registry.ensure(Topic.of("orders", Order.class)).topic()).isSameAs(ORDERS);
    assertFails(
        GalaError.PAYLOAD_TYPE_MISMATCH, () -> registry.ensure(Topic.of("orders", String.class)));
    assertThat(registry.ensure(Topic.of("new", String.class)).name()).isEqualTo("new");
    assertThat(registry.topicNames()).containsExactlyInAnyOrder("orders", "new");
  }

  @Test
  void attachesToRegisteredTopicsUnderUniqueNames() {
    assertFails(
        GalaError.LISTENER_TOPIC_NOT_REGISTERED, () -> registry.attach(listener(ORDERS, "a")));
    registry.register(ORDERS);
    ListenerId id = registry.attach(listener(ORDERS, "a"));
    assertThat(id.value()).hasSize(26);
    assertFails(GalaError.LISTENER_ALREADY_ATTACHED, () -> registry.attach(listener(ORDERS, "a")));
    assertFails(
        GalaError.PAYLOAD_TYPE_MISMATCH,
        () -> registry.attach(listener(Topic.of("orders", String.class), "b")));
  }

  @Test
  void registersAllOrNone() {
    assertFails(
        GalaError.LISTENER_ALREADY_ATTACHED,
        () ->
            registry.register(
                List.of(
                    listener(ORDERS, "a"),
                    listener(Topic.of("x", String.class), "a"),
                    listener(ORDERS, "a"))));
    assertThat(registry.topicNames()).isEmpty();
    assertThat(registry.register(List.of(listener(ORDERS, "b"), listener(ORDERS, "a")))).hasSize(2);
    assertThat(registry.require("orders").listenerNames()).containsExactly("b", "a");
  }

  @Test
  void knowsWhoIsInterested() {
    assertThat(registry.interestedIn("orders", "")).isFalse();
    registry.register(ORDERS);
    assertThat(registry.interestedIn("orders", "")).isFalse();
    registry.attach(
        Definition.builder(ORDERS, "a")
            .operations(" CREATE ", " ")
            .handler((e, c) -> assertThat(e).isNotNull())
            .build());
    assertThat(registry.interestedIn("orders", "")).isFalse();
    assertThat(registry.interestedIn("orders", " CREATE")).isTrue();
    registry.attach(listener(ORDERS, "all"));
    assertThat(registry.interestedIn("orders", "anything")).isTrue();
  }

  @Test
  void findsTheOperation() {
    assertThat(Operations.of(new ByText(" CREATE\n"))).isEqualTo("CREATE");
    assertThat(Operations.of(new ByText(null))).isEmpty();
    assertThat(Operations.of(new ByEnum(Kind.DELETE))).isEqualTo("DELETE");
    assertThat(Operations.of(new ByInterface("UPDATE "))).isEqualTo("UPDATE");
    assertThat(Operations.of(new Bean())).isEqualTo("DELETE");
    assertThat(Operations.of(Map.of("operation", "CREATE"))).isEqualTo("CREATE");
    assertThat(Operations.of(new Order("1", 1))).isEmpty();
    assertThat(Operations.of("text")).isEmpty();
  }

  @Test
  void matchesByOperation() {
    Topic<ByText> topic = Topic.of("t", ByText.class);
    registry.register(
        List.of(
            Definition.builder(topic, "creates")
                .operations("CREATE")
                .handler((e, c) -> assertThat(e).isNotNull())
                .build(),
            listener(topic, "all")));
    assertThat(names(registry, new ByText("CREATE"))).containsExactly("creates", "all");
    assertThat(names(registry, new ByText("create"))).containsExactly("all");
  }

  @Test
  void survivesConcurrentRegistration() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<? extends Future<?>> done =
          IntStream.range(0, 200)
              .mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            go.await();
                            registry.ensure(Topic.of("t" + i % 7, Order.class));
                            registry.attach(listener(Topic.of("t" + i % 7, Order.class), "l" + i));
                            return registry.encodePayload("t" + i % 7, new Order("1", i));
                          }))
              .toList();
      go.countDown();
      for (Future<?> future : done) {
        future.get();
      }
    }
    assertThat(registry.topicNames()).hasSize(7);
    assertThat(IntStream.range(0, 7).map(i -> registry.require("t" + i).listeners().size()).sum())
        .isEqualTo(200);
  }

  private static List<String> names(Registry registry, Object payload) {
    return registry.require("t").matching(payload).stream()
        .map(attached -> attached.definition().name())
        .toList();
  }

  private static <T> Definition<T> listener(Topic<T> topic, String name) {
    return Definition.of(topic, name, (event, context) -> assertThat(event).isNotNull());
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertFails(
      GalaError code, ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            GalaException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageStartingWith(code.message());
  }
}
