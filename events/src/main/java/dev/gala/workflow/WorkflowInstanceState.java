package dev.gala.workflow;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * How an instance of a workflow stands. Open: texts of a later release are kept as they are.
 *
 * @param text as written on the wire; empty where none is given
 */
public record WorkflowInstanceState(String text) {
  /** RUNNING on the wire. */
  public static final WorkflowInstanceState RUNNING = new WorkflowInstanceState("RUNNING");

  /** COMPLETED on the wire. */
  public static final WorkflowInstanceState COMPLETED = new WorkflowInstanceState("COMPLETED");

  /** FAILED on the wire. */
  public static final WorkflowInstanceState FAILED = new WorkflowInstanceState("FAILED");

  /** PAUSED on the wire. */
  public static final WorkflowInstanceState PAUSED = new WorkflowInstanceState("PAUSED");

  /** Null reads as empty, as in Go. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public WorkflowInstanceState(@Nullable String text) {
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
