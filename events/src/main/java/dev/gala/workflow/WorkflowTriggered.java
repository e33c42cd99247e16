package dev.gala.workflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * An instance of a workflow was made.
 *
 * @param instanceId id of the instance
 * @param definitionId id of the definition
 * @param objectId id of the object the workflow is about
 * @param objectType what kind of object that is
 * @param triggerEventType what triggered it
 * @param triggerChangedFields the fields whose change triggered it; not written if empty
 */
public record WorkflowTriggered(
    String instanceId,
    String definitionId,
    String objectId,
    WorkflowObjectType objectType,
    String triggerEventType,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> triggerChangedFields) {
  /** What is missing or null is empty, as in Go. */
  @SuppressWarnings("ConstantValue") // JSON may hold null anywhere
  public WorkflowTriggered {
    instanceId = instanceId == null ? "" : instanceId;
    definitionId = definitionId == null ? "" : definitionId;
    objectId = objectId == null ? "" : objectId;
    objectType = objectType == null ? new WorkflowObjectType("") : objectType;
    triggerEventType = triggerEventType == null ? "" : triggerEventType;
    triggerChangedFields =
        triggerChangedFields == null ? List.of() : List.copyOf(triggerChangedFields);
  }
}
