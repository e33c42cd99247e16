package dev.gala.workflow;

/**
 * An instance of a workflow has ended.
 *
 * @param instanceId id of the instance
 * @param state how it ended
 * @param objectId id of the object the workflow is about
 * @param objectType what kind of object that is
 */
public record WorkflowInstanceCompleted(
    String instanceId,
    WorkflowInstanceState state,
    String objectId,
    WorkflowObjectType objectType) {
  /** What is missing or null is empty, as in Go. */
  @SuppressWarnings("ConstantValue") // JSON may hold null anywhere
  public WorkflowInstanceCompleted {
    instanceId = instanceId == null ? "" : instanceId;
    state = state == null ? new WorkflowInstanceState("") : state;
    objectId = objectId == null ? "" : objectId;
    objectType = objectType == null ? new WorkflowObjectType("") : objectType;
  }
}
