package dev.gala.workflow;

import dev.gala.event.Topic;

/** The topics of workflow events. */
public final class WorkflowTopics {
  /** An instance of a workflow was made. */
  public static final Topic<WorkflowTriggered> TRIGGERED =
      Topic.of("workflow.command.trigger", WorkflowTriggered.class);

  /** An action of a workflow begins. */
  public static final Topic<WorkflowActionStarted> ACTION_STARTED =
      Topic.of("workflow.command.advance", WorkflowActionStarted.class);

  /** An action of a workflow has ended. */
  public static final Topic<WorkflowActionCompleted> ACTION_COMPLETED =
      Topic.of("workflow.command.action_completed", WorkflowActionCompleted.class);

  /** Somebody is to decide something. */
  public static final Topic<WorkflowAssignmentCreated> ASSIGNMENT_CREATED =
      Topic.of("workflow.command.assignment_created", WorkflowAssignmentCreated.class);

  /** Somebody has decided. */
  public static final Topic<WorkflowAssignmentCompleted> ASSIGNMENT_COMPLETED =
      Topic.of("workflow.command.assignment_completed", WorkflowAssignmentCompleted.class);

  /** An instance of a workflow has ended. */
  public static final Topic<WorkflowInstanceCompleted> INSTANCE_COMPLETED =
      Topic.of("workflow.command.instance_completed", WorkflowInstanceCompleted.class);

  /** Nobody has decided in time. */
  public static final Topic<WorkflowTimeoutExpired> TIMEOUT_EXPIRED =
      Topic.of("workflow.command.timeout_expire", WorkflowTimeoutExpired.class);

  private WorkflowTopics() {}
}
