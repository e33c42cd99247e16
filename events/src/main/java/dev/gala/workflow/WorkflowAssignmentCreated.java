package dev.gala.workflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * Somebody is to decide something.
 *
 * @param assignmentId id of the assignment
 * @param instanceId id of the instance
 * @param targetType what kind of people it is for
 * @param targetIds ids of those it is for; not written if empty
 * @param objectId id of the object the workflow is about
 * @param objectType what kind of object that is
 */
public record WorkflowAssignmentCreated(
    String assignmentId,
    String instanceId,
    WorkflowTargetType targetType,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> targetIds,
    String objectId,
    WorkflowObjectType objectType) {
  /** What is missing or null is empty, as in Go. */
  @SuppressWarnings("ConstantValue") // JSON may hold null anywhere
  public WorkflowAssignmentCreated {
    assignmentId = assignmentId == null ? "" : assignmentId;
    instanceId = instanceId == null ? "" : instanceId;
    targetType = targetType == null ? new WorkflowTargetType("") : targetType;
    targetIds = targetIds == null ? List.of() : List.copyOf(targetIds);
    objectId = objectId == null ? "" : objectId;
    objectType = objectType == null ? new WorkflowObjectType("") : objectType;
  }
}
