package dev.gala.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.event.Codec;
import dev.gala.event.Topic;
import dev.gala.json.JsonCodecs;
import dev.gala.river.json.JsonObjects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Workflow events that the original Go package emitted, recorded by the interoperation tests. */
final class GoWorkflowEventsTest {
  private static final Path RECORDED = Path.of("src/test/resources/envelopes/go-gala");
  private static final List<Topic<?>> TOPICS =
      List.of(
          WorkflowTopics.TRIGGERED,
          WorkflowTopics.ACTION_STARTED,
          WorkflowTopics.ACTION_COMPLETED,
          WorkflowTopics.ASSIGNMENT_CREATED,
          WorkflowTopics.ASSIGNMENT_COMPLETED,
          WorkflowTopics.INSTANCE_COMPLETED,
          WorkflowTopics.TIMEOUT_EXPIRED);

  static List<Path> recorded() throws IOException {
    try (Stream<Path> files = Files.list(RECORDED)) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().startsWith("workflow-")).toList();
      assertThat(found).hasSizeGreaterThanOrEqualTo(TOPICS.size());
      return found;
    }
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void areWrittenAsTheyWereRead(Path file) throws Exception {
    String envelope = Files.readString(file);
    String name = JsonObjects.textAt(envelope, "topic");
    Topic<?> topic =
        TOPICS.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    Map<String, String> members = JsonObjects.members(envelope);
    assertThat(again(topic, members.get("payload"))).isEqualTo(members.get("payload"));
  }

  private static <T> String again(Topic<T> topic, String payload) throws Exception {
    Codec<T> codec = JsonCodecs.defaults().codec(topic.payloadType());
    T read = codec.decode(payload.getBytes(StandardCharsets.UTF_8));
    return new String(codec.encode(read), StandardCharsets.UTF_8);
  }
}
