package dev.gala.workflow;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The kind of object a workflow is about. Open: texts of a later release are kept as they are.
 *
 * @param text as written on the wire; empty where none is given
 */
public record WorkflowObjectType(String text) {
  /** ActionPlan on the wire. */
  public static final WorkflowObjectType ACTION_PLAN = new WorkflowObjectType("ActionPlan");

  /** Assessment on the wire. */
  public static final WorkflowObjectType ASSESSMENT = new WorkflowObjectType("Assessment");

  /** AssessmentResponse on the wire. */
  public static final WorkflowObjectType ASSESSMENT_RESPONSE =
      new WorkflowObjectType("AssessmentResponse");

  /** Campaign on the wire. */
  public static final WorkflowObjectType CAMPAIGN = new WorkflowObjectType("Campaign");

  /** CampaignTarget on the wire. */
  public static final WorkflowObjectType CAMPAIGN_TARGET = new WorkflowObjectType("CampaignTarget");

  /** Control on the wire. */
  public static final WorkflowObjectType CONTROL = new WorkflowObjectType("Control");

  /** Evidence on the wire. */
  public static final WorkflowObjectType EVIDENCE = new WorkflowObjectType("Evidence");

  /** Finding on the wire. */
  public static final WorkflowObjectType FINDING = new WorkflowObjectType("Finding");

  /** IdentityHolder on the wire. */
  public static final WorkflowObjectType IDENTITY_HOLDER = new WorkflowObjectType("IdentityHolder");

  /** InternalPolicy on the wire. */
  public static final WorkflowObjectType INTERNAL_POLICY = new WorkflowObjectType("InternalPolicy");

  /** Platform on the wire. */
  public static final WorkflowObjectType PLATFORM = new WorkflowObjectType("Platform");

  /** Procedure on the wire. */
  public static final WorkflowObjectType PROCEDURE = new WorkflowObjectType("Procedure");

  /** Remediation on the wire. */
  public static final WorkflowObjectType REMEDIATION = new WorkflowObjectType("Remediation");

  /** Risk on the wire. */
  public static final WorkflowObjectType RISK = new WorkflowObjectType("Risk");

  /** Subcontrol on the wire. */
  public static final WorkflowObjectType SUBCONTROL = new WorkflowObjectType("Subcontrol");

  /** Task on the wire. */
  public static final WorkflowObjectType TASK = new WorkflowObjectType("Task");

  /** Vulnerability on the wire. */
  public static final WorkflowObjectType VULNERABILITY = new WorkflowObjectType("Vulnerability");

  /** Null reads as empty, as in Go. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public WorkflowObjectType(@Nullable String text) {
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
