package dev.gala.workflow;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Who an assignment is for. Open: texts of a later release are kept as they are.
 *
 * @param text as written on the wire; empty where none is given
 */
public record WorkflowTargetType(String text) {
  /** USER on the wire. */
  public static final WorkflowTargetType USER = new WorkflowTargetType("USER");

  /** GROUP on the wire. */
  public static final WorkflowTargetType GROUP = new WorkflowTargetType("GROUP");

  /** ROLE on the wire. */
  public static final WorkflowTargetType ROLE = new WorkflowTargetType("ROLE");

  /** RESOLVER on the wire. */
  public static final WorkflowTargetType RESOLVER = new WorkflowTargetType("RESOLVER");

  /** CHANNEL on the wire. */
  public static final WorkflowTargetType CHANNEL = new WorkflowTargetType("CHANNEL");

  /** Null reads as empty, as in Go. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public WorkflowTargetType(@Nullable String text) {
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
