package dev.gala.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.event.Codec;
import dev.gala.event.Topic;
import dev.gala.json.JsonCodecs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where each field of the original's JSON is found. */
final class WorkflowFieldsTest {
  private static final String ALL =
      """
      {"instance_id": "i", "definition_id": "d", "object_id": "o", "object_type": "Control",
       "trigger_event_type": "UPDATE", "trigger_changed_fields": ["a"], "action_index": 2,
       "action_type": "NOTIFY", "success": true, "skipped": true, "error_message": "why",
       "assignment_id": "a", "target_type": "USER", "target_ids": ["u"], "status": "APPROVED",
       "completed_by": "c", "state": "RUNNING"}
      """;

  @Test
  void payloadsHaveTheFieldsOfTheOriginal() throws Exception {
    WorkflowTriggered triggered = read(WorkflowTopics.TRIGGERED);
    assertThat(triggered.instanceId()).isEqualTo("i");
    assertThat(triggered.definitionId()).isEqualTo("d");
    assertThat(triggered.objectId()).isEqualTo("o");
    assertThat(triggered.objectType()).isEqualTo(new WorkflowObjectType("Control"));
    assertThat(triggered.triggerEventType()).isEqualTo("UPDATE");
    assertThat(triggered.triggerChangedFields()).isEqualTo(List.of("a"));
    WorkflowActionStarted started = read(WorkflowTopics.ACTION_STARTED);
    assertThat(started)
        .isEqualTo(
            new WorkflowActionStarted(
                "i", started.actionIndex(), started.actionType(), "o", triggered.objectType()));
    assertThat(started.actionIndex()).isEqualTo(2);
    assertThat(started.actionType()).isEqualTo(new WorkflowActionType("NOTIFY"));
    WorkflowActionCompleted completed = read(WorkflowTopics.ACTION_COMPLETED);
    assertThat(completed.actionIndex()).isEqualTo(2);
    assertThat(completed.success()).isTrue();
    assertThat(completed.skipped()).isTrue();
    assertThat(completed.errorMessage()).isEqualTo("why");
    WorkflowAssignmentCreated created = read(WorkflowTopics.ASSIGNMENT_CREATED);
    assertThat(created.assignmentId()).isEqualTo("a");
    assertThat(created.targetType()).isEqualTo(new WorkflowTargetType("USER"));
    assertThat(created.targetIds()).isEqualTo(List.of("u"));
    WorkflowAssignmentCompleted decided = read(WorkflowTopics.ASSIGNMENT_COMPLETED);
    assertThat(decided.status()).isEqualTo(new WorkflowAssignmentStatus("APPROVED"));
    assertThat(decided.completedBy()).isEqualTo("c");
    assertThat(read(WorkflowTopics.INSTANCE_COMPLETED).state())
        .isEqualTo(new WorkflowInstanceState("RUNNING"));
    assertThat(read(WorkflowTopics.TIMEOUT_EXPIRED).assignmentId()).isEqualTo("a");
  }

  private static <T> T read(Topic<T> topic) throws Exception {
    Codec<T> codec = JsonCodecs.defaults().codec(topic.payloadType());
    return codec.decode(ALL.getBytes(StandardCharsets.UTF_8));
  }
}
