package dev.gala.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.event.Definition;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.event.PayloadOperation;
import dev.gala.event.Renames;
import dev.gala.event.Topic;
import dev.gala.event.TypeRef;
import dev.gala.json.JsonCodecs;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Stored events whose topic or operation is called otherwise now. */
final class RenamesTest {
  record Change(String id, String operation) {}

  enum Kind {
    CREATE,
    REMOVE
  }

  record KindOfChange(Kind operation) {}

  record Own(String id, String what) implements PayloadOperation {
    @Override
    public String payloadOperation() {
      return what;
    }

    @Override
    public Own withPayloadOperation(String operation) {
      return new Own(id, operation);
    }
  }

  record Mute(String what) implements PayloadOperation {
    @Override
    public String payloadOperation() {
      return what;
    }
  }

  record Liar(String what) implements PayloadOperation {
    @Override
    public String payloadOperation() {
      return what;
    }

    @Override
    public Object withPayloadOperation(String operation) {
      return operation;
    }
  }

  record Strict(String operation) {
    Strict {
      if (Objects.equals(operation, "REMOVE")) {
        throw new IllegalArgumentException("nothing is removed");
      }
    }
  }

  private static final Renames RENAMES =
      Renames.none()
          .topic("a", "b")
          .topic(" b ", " c ")
          .topic("x", "c")
          .operation("DELETE", "REMOVE");

  private final Registry registry = new Registry(JsonCodecs.defaults(), RENAMES);

  @Test
  void namesAreFollowedToTheLast() {
    assertThat(RENAMES.topicNow("a")).isEqualTo("c");
    assertThat(RENAMES.topicNow("c")).isEqualTo("c");
    assertThat(RENAMES.topicsOnTheWay("a")).containsExactly("b", "c");
    assertThat(RENAMES.formerTopics("c")).containsExactly("a", "b", "x");
    assertThat(RENAMES.formerTopics("b")).containsExactly("a");
    assertThat(RENAMES.operationNow("DELETE")).isEqualTo("REMOVE");
    assertThat(RENAMES.operationNow("")).isEmpty();
    assertThat(RENAMES.problems()).isEmpty();
  }

  @Test
  void circlesAndBlankNamesAreProblems() {
    Renames circle = Renames.none().topic("a", "b").topic("b", "a").topic("x", "a");
    assertThat(circle.problems())
        .containsExactlyInAnyOrder(
            "the topic \"a\" is renamed in a circle: leave out what it is called now",
            "the topic \"b\" is renamed in a circle: leave out what it is called now",
            "the topic \"x\" is renamed in a circle: leave out what it is called now");
    assertThat(circle.topicsOnTheWay("a")).containsExactly("b");
    assertThat(Renames.none().operation("A", "A").operation(" ", "B").problems())
        .containsExactlyInAnyOrder(
            "the operation \"A\" is renamed in a circle: leave out what it is called now",
            "the operation \"\" is renamed to \"B\": give two names");
  }

  @Test
  void aRenamedTopicReceivesUnlessSomebodyListensToTheOldName() {
    assertThat(registry.receiving("a")).isNull();
    registry.register(Topic.of("c", Change.class));
    assertThat(name("a")).isEqualTo("c");
    assertThat(name("c")).isEqualTo("c");

    registry.register(Topic.of("a", Change.class));
    assertThat(name("a")).as("nobody listens to either").isEqualTo("a");
    attach("c");
    assertThat(name("a")).as("who emits the old name may know it too").isEqualTo("c");
    attach("b");
    assertThat(name("a")).as("the first on the way").isEqualTo("b");
    attach("a");
    assertThat(name("a")).isEqualTo("a");
    assertThat(name("x")).isEqualTo("c");
    assertThat(registry.receiving("unheard of")).isNull();
  }

  @Test
  void listenersAreChosenByTheNewNameOfAnOperationAndSeeIt() {
    RegisteredTopic topic = registered(Topic.of("c", Change.class), "REMOVE");
    Object removed = topic.received(Headers.none(), "{\"id\":\"7\",\"operation\":\"DELETE\"}");
    assertThat(removed).isEqualTo(new Change("7", "REMOVE"));
    assertThat(topic.matching(removed)).hasSize(1);
    Object created = topic.received(Headers.none(), "{\"id\":\"7\",\"operation\":\"CREATE\"}");
    assertThat(created).isEqualTo(new Change("7", "CREATE"));
    assertThat(topic.matching(created)).isEmpty();
    assertThat(topic.interestedIn("DELETE")).isTrue();
  }

  @Test
  void payloadsOfEveryFormGetTheNewName() {
    assertThat(
            registered(Topic.of("enum", KindOfChange.class), "REMOVE")
                .received(Headers.none(), "{\"operation\":\"REMOVE\"}"))
        .isEqualTo(new KindOfChange(Kind.REMOVE));
    assertThat(
            registered(Topic.of("own", Own.class), "REMOVE")
                .received(Headers.none(), "{\"id\":\"7\",\"what\":\"DELETE\"}"))
        .isEqualTo(new Own("7", "REMOVE"));
    assertThat(
            registered(Topic.of("map", new TypeRef<Map<String, Object>>() {}), "REMOVE")
                .received(Headers.none(), "{\"id\":7,\"operation\":\"DELETE\"}"))
        .isEqualTo(Map.of("id", 7, "operation", "REMOVE"));
  }

  /** It cannot say so, and is taken to its listeners all the same. */
  @Test
  void aPayloadThatCannotBeRenamedIsDispatchedByTheNewName() {
    RegisteredTopic topic = registered(Topic.of("mute", Mute.class), "REMOVE");
    Object payload = topic.received(Headers.none(), "{\"what\":\"DELETE\"}");
    assertThat(payload).isEqualTo(new Mute("DELETE"));
    assertThat(topic.matching(payload)).hasSize(1);
  }

  @Test
  void aRenamingThatFailsSaysWhy() {
    assertThatThrownBy(
            () ->
                registered(Topic.of("liar", Liar.class), "REMOVE")
                    .received(Headers.none(), "{\"what\":\"DELETE\"}"))
        .isInstanceOf(GalaException.class)
        .hasMessageContaining("the renaming of its operation made a java.lang.String");
    assertThatThrownBy(
            () ->
                registered(Topic.of("strict", Strict.class), "REMOVE")
                    .received(Headers.none(), "{\"operation\":\"DELETE\"}"))
        .isInstanceOf(GalaException.class)
        .hasMessageContaining("cannot be made with the operation \"REMOVE\"")
        .hasRootCauseMessage("nothing is removed");
  }

  private String name(String stored) {
    return Objects.requireNonNull(registry.receiving(stored)).name();
  }

  private void attach(String topic) {
    registry.register(
        List.of(Definition.of(Topic.of(topic, Change.class), "listener", (event, context) -> {})));
  }

  private <T> RegisteredTopic registered(Topic<T> topic, String operation) {
    registry.register(
        List.of(
            Definition.builder(topic, "listener")
                .operations(operation)
                .handler((event, context) -> {})
                .build()));
    return registry.require(topic.name());
  }
}
