package dev.gala.stored;

/** How a listener stands to a stored event, as far as the event's row tells. */
public enum ListenerState {
  /** It has yet to run, or to be tried again. */
  PENDING,
  /** It handled the event. */
  DONE,
  /** It gave the event up of its own will, or the event's job was cancelled before it was done. */
  CANCELLED,
  /** Its last attempt failed, and there is no other. */
  FAILED,
  /** The event waited for it in vain, and ended without it. */
  MISSING,
  /**
   * The event failed for good, and nothing tells that this one ran: it was attached where the event
   * was emitted. It may be one that the event does not concern.
   */
  NOT_RUN
}
