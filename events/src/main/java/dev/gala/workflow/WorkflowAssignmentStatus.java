package dev.gala.workflow;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * How an assignment stands. Open: texts of a later release are kept as they are.
 *
 * @param text as written on the wire; empty where none is given
 */
public record WorkflowAssignmentStatus(String text) {
  /** PENDING on the wire. */
  public static final WorkflowAssignmentStatus PENDING = new WorkflowAssignmentStatus("PENDING");

  /** APPROVED on the wire. */
  public static final WorkflowAssignmentStatus APPROVED = new WorkflowAssignmentStatus("APPROVED");

  /** REJECTED on the wire. */
  public static final WorkflowAssignmentStatus REJECTED = new WorkflowAssignmentStatus("REJECTED");

  /** CHANGES_REQUESTED on the wire. */
  public static final WorkflowAssignmentStatus CHANGES_REQUESTED =
      new WorkflowAssignmentStatus("CHANGES_REQUESTED");

  /** Null reads as empty, as in Go. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public WorkflowAssignmentStatus(@Nullable String text) {
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
