package dev.gala.workflow;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What an action of a workflow does. Open: texts of a later release are kept as they are.
 *
 * @param text as written on the wire; empty where none is given
 */
public record WorkflowActionType(String text) {
  /** REQUEST_APPROVAL on the wire. */
  public static final WorkflowActionType REQUEST_APPROVAL =
      new WorkflowActionType("REQUEST_APPROVAL");

  /** NOTIFY on the wire. */
  public static final WorkflowActionType NOTIFY = new WorkflowActionType("NOTIFY");

  /** WEBHOOK on the wire. */
  public static final WorkflowActionType WEBHOOK = new WorkflowActionType("WEBHOOK");

  /** UPDATE_FIELD on the wire. */
  public static final WorkflowActionType UPDATE_FIELD = new WorkflowActionType("UPDATE_FIELD");

  /** INTEGRATION on the wire. */
  public static final WorkflowActionType INTEGRATION = new WorkflowActionType("INTEGRATION");

  /** REASSIGN_APPROVAL on the wire. */
  public static final WorkflowActionType REASSIGN_APPROVAL =
      new WorkflowActionType("REASSIGN_APPROVAL");

  /** SEND_EMAIL on the wire. */
  public static final WorkflowActionType SEND_EMAIL = new WorkflowActionType("SEND_EMAIL");

  /** CREATE_OBJECT on the wire. */
  public static final WorkflowActionType CREATE_OBJECT = new WorkflowActionType("CREATE_OBJECT");

  /** REQUEST_REVIEW on the wire. */
  public static final WorkflowActionType REQUEST_REVIEW = new WorkflowActionType("REQUEST_REVIEW");

  /** Null reads as empty, as in Go. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public WorkflowActionType(@Nullable String text) {
    this.text = text == null ? "" : text;
  }

  @Override
  @JsonValue
  public String text() {
    return text;
  }

  @Override
  public String toString() {
    return text;
  }
}
