package dev.gala.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.event.Codec;
import dev.gala.event.Topic;
import dev.gala.json.JsonCodecs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class WorkflowTopicsTest {
  static Stream<Arguments> payloads() {
    var type = WorkflowActionType.REQUEST_APPROVAL;
    var control = WorkflowObjectType.CONTROL;
    return Stream.of(
        Arguments.of(
            WorkflowTopics.TRIGGERED,
            "workflow.command.trigger",
            new WorkflowTriggered("i", "d", "o", control, "UPDATE", List.of("a", "b")),
            "{\"instance_id\":\"i\",\"definition_id\":\"d\",\"object_id\":\"o\",\"object_type\":"
                + "\"Control\",\"trigger_event_type\":\"UPDATE\",\"trigger_changed_fields\":"
                + "[\"a\",\"b\"]}"),
        Arguments.of(
            WorkflowTopics.TRIGGERED,
            "workflow.command.trigger",
            new WorkflowTriggered("i", "d", "o", control, "UPDATE", List.of()),
            "{\"instance_id\":\"i\",\"definition_id\":\"d\",\"object_id\":\"o\",\"object_type\":"
                + "\"Control\",\"trigger_event_type\":\"UPDATE\"}"),
        Arguments.of(
            WorkflowTopics.ACTION_STARTED,
            "workflow.command.advance",
            new WorkflowActionStarted("i", 2, type, "o", control),
            "{\"instance_id\":\"i\",\"action_index\":2,\"action_type\":\"REQUEST_APPROVAL\","
                + "\"object_id\":\"o\",\"object_type\":\"Control\"}"),
        Arguments.of(
            WorkflowTopics.ACTION_COMPLETED,
            "workflow.command.action_completed",
            new WorkflowActionCompleted("i", 0, type, "o", control, false, true, "why"),
            "{\"instance_id\":\"i\",\"action_index\":0,\"action_type\":\"REQUEST_APPROVAL\","
                + "\"object_id\":\"o\",\"object_type\":\"Control\",\"success\":false,"
                + "\"skipped\":true,\"error_message\":\"why\"}"),
        Arguments.of(
            WorkflowTopics.ACTION_COMPLETED,
            "workflow.command.action_completed",
            new WorkflowActionCompleted("i", 0, type, "o", control, true, false, ""),
            "{\"instance_id\":\"i\",\"action_index\":0,\"action_type\":\"REQUEST_APPROVAL\","
                + "\"object_id\":\"o\",\"object_type\":\"Control\",\"success\":true}"),
        Arguments.of(
            WorkflowTopics.ASSIGNMENT_CREATED,
            "workflow.command.assignment_created",
            new WorkflowAssignmentCreated(
                "a", "i", WorkflowTargetType.GROUP, List.of("g"), "o", control),
            "{\"assignment_id\":\"a\",\"instance_id\":\"i\",\"target_type\":\"GROUP\","
                + "\"target_ids\":[\"g\"],\"object_id\":\"o\",\"object_type\":\"Control\"}"),
        Arguments.of(
            WorkflowTopics.ASSIGNMENT_COMPLETED,
            "workflow.command.assignment_completed",
            new WorkflowAssignmentCompleted(
                "a", "i", WorkflowAssignmentStatus.CHANGES_REQUESTED, "u", "o", control),
            "{\"assignment_id\":\"a\",\"instance_id\":\"i\",\"status\":\"CHANGES_REQUESTED\","
                + "\"completed_by\":\"u\",\"object_id\":\"o\",\"object_type\":\"Control\"}"),
        Arguments.of(
            WorkflowTopics.INSTANCE_COMPLETED,
            "workflow.command.instance_completed",
            new WorkflowInstanceCompleted("i", WorkflowInstanceState.FAILED, "o", control),
            "{\"instance_id\":\"i\",\"state\":\"FAILED\",\"object_id\":\"o\","
                + "\"object_type\":\"Control\"}"),
        Arguments.of(
            WorkflowTopics.TIMEOUT_EXPIRED,
            "workflow.command.timeout_expire",
            new WorkflowTimeoutExpired("i", "a", "o", new WorkflowObjectType("OfALaterRelease")),
            "{\"instance_id\":\"i\",\"assignment_id\":\"a\",\"object_id\":\"o\","
                + "\"object_type\":\"OfALaterRelease\"}"));
  }

  @ParameterizedTest
  @MethodSource("payloads")
  <T> void areNamedAndWrittenAsInGo(Topic<T> topic, String name, T payload, String json)
      throws Exception {
    Codec<T> codec = JsonCodecs.defaults().codec(topic.payloadType());
    assertThat(topic.name()).isEqualTo(name);
    assertThat(new String(codec.encode(payload), StandardCharsets.UTF_8)).isEqualTo(json);
    assertThat(codec.decode(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(payload);
  }

  @Test
  void whatIsMissingOrNullIsEmpty() throws Exception {
    Codec<WorkflowActionCompleted> codec =
        JsonCodecs.defaults().codec(WorkflowActionCompleted.class);
    String json = "{\"instance_id\":null,\"action_type\":null}";
    assertThat(codec.decode(json.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(
            new WorkflowActionCompleted(
                "",
                0,
                new WorkflowActionType(""),
                "",
                new WorkflowObjectType(""),
                false,
                false,
                ""));
  }
}
