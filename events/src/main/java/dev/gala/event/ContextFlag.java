package dev.gala.event;

/**
 * A yes-or-no that travels with an event.
 *
 * @param name the stored name; not blank
 */
public record ContextFlag(String name) {
  /** Workflows are to be bypassed. */
  public static final ContextFlag WORKFLOW_BYPASS = new ContextFlag("workflow_bypass");

  /** Workflow listeners run although workflows are bypassed. */
  public static final ContextFlag WORKFLOW_ALLOW_EVENT_EMISSION =
      new ContextFlag("workflow_allow_event_emission");

  /** Refuses a blank name. */
  public ContextFlag {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a context flag's name is blank: give it a stable one");
    }
  }

  /** The flag of that name. */
  public static ContextFlag of(String name) {
    return new ContextFlag(name);
  }
}
