package dev.gala.event;

/**
 * Stored events that wait, or run elsewhere, and that a runtime cannot handle itself.
 *
 * @param topic the topic they are stored under
 * @param payloadVersion the number of the form of their payloads, as they are stored with it
 * @param reason why
 * @param events how many, of those that were looked at
 */
public record UnhandledEvents(String topic, String payloadVersion, Reason reason, long events) {
  /** Why events cannot be handled. */
  public enum Reason {
    /** Neither the topic nor one it was renamed to is registered. */
    UNKNOWN_TOPIC,
    /** The topic is registered, and nobody listens to it. */
    NO_LISTENER,
    /** Their payloads have a form that the topic does not declare. */
    UNKNOWN_VERSION
  }
}
