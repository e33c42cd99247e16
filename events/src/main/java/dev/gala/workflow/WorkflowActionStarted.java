package dev.gala.workflow;

/**
 * An action of a workflow begins.
 *
 * @param instanceId id of the instance
 * @param actionIndex place of the action in the workflow, from 0
 * @param actionType what the action does
 * @param objectId id of the object the workflow is about
 * @param objectType what kind of object that is
 */
public record WorkflowActionStarted(
    String instanceId,
    int actionIndex,
    WorkflowActionType actionType,
    String objectId,
    WorkflowObjectType objectType) {
  /** What is missing or null is empty, as in Go. */
  @SuppressWarnings("ConstantValue") // JSON may hold null anywhere
  public WorkflowActionStarted {
    instanceId = instanceId == null ? "" : instanceId;
    actionType = actionType == null ? new WorkflowActionType("") : actionType;
    objectId = objectId == null ? "" : objectId;
    objectType = objectType == null ? new WorkflowObjectType("") : objectType;
  }
}
