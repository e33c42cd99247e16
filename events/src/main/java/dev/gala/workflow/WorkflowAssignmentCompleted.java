package dev.gala.workflow;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Somebody has decided.
 *
 * @param assignmentId id of the assignment
 * @param instanceId id of the instance
 * @param status what was decided
 * @param completedBy id of who decided; not written if empty
 * @param objectId id of the object the workflow is about
 * @param objectType what kind of object that is
 */
public record WorkflowAssignmentCompleted(
    String assignmentId,
    String instanceId,
    WorkflowAssignmentStatus status,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String completedBy,
    String objectId,
    WorkflowObjectType objectType) {
  /** What is missing or null is empty, as in Go. */
  @SuppressWarnings("ConstantValue") // JSON may hold null anywhere
  public WorkflowAssignmentCompleted {
    assignmentId = assignmentId == null ? "" : assignmentId;
    instanceId = instanceId == null ? "" : instanceId;
    status = status == null ? new WorkflowAssignmentStatus("") : status;
    completedBy = completedBy == null ? "" : completedBy;
    objectId = objectId == null ? "" : objectId;
    objectType = objectType == null ? new WorkflowObjectType("") : objectType;
  }
}
