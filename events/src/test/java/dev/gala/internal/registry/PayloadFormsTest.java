package dev.gala.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.event.Codec;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.event.Topic;
import dev.gala.event.TypeRef;
import dev.gala.event.Versions;
import dev.gala.json.JsonCodecs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads of every form a topic ever had. */
final class PayloadFormsTest {
  record First(String name) {}

  record Second(String given, String family) {}

  record Third(List<String> names) {}

  private static final Versions<Third> VERSIONS =
      Versions.of(First.class)
          .then(Second.class, first -> new Second(before(first.name()), after(first.name())))
          .then(Third.class, second -> new Third(List.of(second.given(), second.family())));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
             | {"name": "Ada Lovelace"}
          1  | {"name": "Ada Lovelace"}
          2  | {"given": "Ada", "family": "Lovelace"}
          3  | {"names": ["Ada", "Lovelace"]}
          """)
  void everyFormIsLiftedToTheLast(String version, String json) {
    assertThat(registered(Topic.of("people", VERSIONS)).received(headers(version), json))
        .isEqualTo(new Third(List.of("Ada", "Lovelace")));
  }

  @Test
  void whatIsEncodedAndDecodedByHandIsOfTheLastForm() {
    RegisteredTopic topic = registered(Topic.of("people", VERSIONS));
    assertThat(topic.version()).isEqualTo(3);
    assertThat(topic.encode(new Third(List.of("Ada")))).isEqualTo("{\"names\":[\"Ada\"]}");
    assertThat(topic.decode("{\"names\":[\"Ada\"]}")).isEqualTo(new Third(List.of("Ada")));
  }

  @Test
  void formsThatWereGivenUpKeepTheirNumbers() {
    Topic<Third> topic =
        Topic.of(
            "people",
            Versions.of(Second.class)
                .startingAt(2)
                .then(Third.class, second -> new Third(List.of(second.given()))));
    assertThat(topic.version()).isEqualTo(3);
    RegisteredTopic registered = registered(topic);
    assertThat(registered.received(headers("2"), "{\"given\":\"Ada\"}"))
        .isEqualTo(new Third(List.of("Ada")));
    assertThat(List.of("1", "2", "3", "4", "two", ""))
        .filteredOn(version -> registered.reads(version))
        .containsExactly("2", "3");
    assertCode(
        "an event of topic people has a payload of version 1, and this process reads 2 to 3",
        () -> registered.received(Headers.none(), "{\"name\":\"Ada\"}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "4", "2147483647"})
  void aFormThatNobodyHereKnowsIsSaid(String version) {
    RegisteredTopic topic = registered(Topic.of("people", VERSIONS));
    assertThat(topic.reads(headers(version))).isFalse();
    assertCode(
        "payload of version " + version + ", and this process reads 1 to 3",
        () -> topic.received(headers(version), "{}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two", "99999999999"})
  void aVersionThatIsNoNumberIsSaid(String version) {
    assertCode(
        "gala:payload_version \"" + version + "\", which is no number",
        () -> registered(Topic.of("people", VERSIONS)).reads(headers(version)));
  }

  @Test
  void aTopicWithoutVersionsHasTheFirstAlone() {
    Topic<First> plain = Topic.of("people", First.class);
    assertThat(plain.version()).isEqualTo(1);
    RegisteredTopic topic = registered(plain);
    assertThat(topic.received(headers("1"), "{\"name\":\"Ada\"}")).isEqualTo(new First("Ada"));
    assertCode(
        "payload of version 2, and this process reads 1:",
        () -> topic.received(headers("2"), "{}"));
  }

  @Test
  void formsHaveTypesAndCodecsOfTheirOwn() {
    Topic<String> topic =
        Topic.of(
            "lists",
            Versions.of(new TypeRef<List<Integer>>() {})
                .then(new TypeRef<List<String>>() {}, numbers -> List.of(numbers.toString()))
                .codec(new Lines())
                .then(String.class, lines -> String.join("+", lines)));
    assertThat(topic.payloadType()).isEqualTo(String.class);
    RegisteredTopic registered = registered(topic);
    assertThat(registered.received(headers("1"), "[1,2]")).isEqualTo("[1, 2]");
    assertThat(registered.received(headers("2"), "\"YQpi\"")).isEqualTo("a+b");
  }

  @Test
  void aLiftThatFailsNamesTheTopicAndTheForm() {
    var failing =
        Versions.of(First.class)
            .then(
                Second.class,
                first -> {
                  throw new IllegalStateException("no family name");
                });
    assertCode(
        "topic people, type " + First.class.getTypeName() + ": no family name",
        () -> registered(Topic.of("people", failing)).received(Headers.none(), "{}"));
    assertCode(
        "the function that lifts " + First.class.getTypeName() + " made null where",
        () ->
            registered(Topic.of("people", Versions.of(First.class).then(Second.class, f -> null)))
                .received(Headers.none(), "{}"));
    assertThatThrownBy(() -> Versions.of(First.class).startingAt(0))
        .hasMessageContaining("first version is 0: give 1 or more");
  }

  @Test
  void oneTopicHasOneSetOfVersions() {
    var registry = new Registry(JsonCodecs.defaults());
    registry.register(Topic.of("people", VERSIONS));
    registry.ensure(Topic.of("people", VERSIONS));
    assertThatThrownBy(() -> registry.ensure(Topic.of("people", Third.class)))
        .isInstanceOf(GalaException.class)
        .hasMessageContaining("another namespace, unique key, versions or deletion");
  }

  private static RegisteredTopic registered(Topic<?> topic) {
    return new Registry(JsonCodecs.defaults()).ensure(topic);
  }

  private static Headers headers(String version) {
    return version == null
        ? Headers.none()
        : Headers.builder().property(Versions.PROPERTY, version).build();
  }

  private static void assertCode(
      String message, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            GalaException.class,
            e -> assertThat(e.code()).isEqualTo(GalaError.PAYLOAD_DECODE_FAILED))
        .hasMessageContaining(message);
  }

  private static String before(String name) {
    return name.substring(0, name.indexOf(' '));
  }

  private static String after(String name) {
    return name.substring(name.indexOf(' ') + 1);
  }

  /** A form of text that is no JSON. */
  private static final class Lines implements Codec<List<String>> {
    @Override
    public byte[] encode(List<String> lines) {
      return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public List<String> decode(byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }

    @Override
    public boolean binary() {
      return true;
    }
  }
}
