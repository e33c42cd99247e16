package dev.gala.workflow;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * An action of a workflow has ended.
 *
 * @param instanceId id of the instance
 * @param actionIndex place of the action in the workflow, from 0
 * @param actionType what the action does
 * @param objectId id of the object the workflow is about
 * @param objectType what kind of object that is
 * @param success whether it went well
 * @param skipped whether it was skipped; not written if false
 * @param errorMessage why it failed; not written if empty
 */
public record WorkflowActionCompleted(
    String instanceId,
    int actionIndex,
    WorkflowActionType actionType,
    String objectId,
    WorkflowObjectType objectType,
    boolean success,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean skipped,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String errorMessage) {
  /** What is missing or null is empty, as in Go. */
  @SuppressWarnings("ConstantValue") // JSON may hold null anywhere
  public WorkflowActionCompleted {
    instanceId = instanceId == null ? "" : instanceId;
    actionType = actionType == null ? new WorkflowActionType("") : actionType;
    objectId = objectId == null ? "" : objectId;
    objectType = objectType == null ? new WorkflowObjectType("") : objectType;
    errorMessage = errorMessage == null ? "" : errorMessage;
  }
}
