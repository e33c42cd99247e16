package dev.gala.workflow;

/**
 * Nobody has decided in time.
 *
 * @param instanceId id of the instance
 * @param assignmentId id of the assignment
 * @param objectId id of the object the workflow is about
 * @param objectType what kind of object that is
 */
public record WorkflowTimeoutExpired(
    String instanceId, String assignmentId, String objectId, WorkflowObjectType objectType) {
  /** What is missing or null is empty, as in Go. */
  @SuppressWarnings("ConstantValue") // JSON may hold null anywhere
  public WorkflowTimeoutExpired {
    instanceId = instanceId == null ? "" : instanceId;
    assignmentId = assignmentId == null ? "" : assignmentId;
    objectId = objectId == null ? "" : objectId;
    objectType = objectType == null ? new WorkflowObjectType("") : objectType;
  }
}
