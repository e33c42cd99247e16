package dev.gala.event;

/**
 * What to do with a stored event whose topic this process does not know, or the form of whose
 * payload it does not.
 */
public enum UnknownTopics {
  /** Put it back, using no attempt: another process, or the next release, may know it. */
  DEFER,
  /**
   * Fail the attempt with {@link GalaError#TOPIC_NOT_REGISTERED}, as the original does, or with
   * {@link GalaError#PAYLOAD_DECODE_FAILED}.
   */
  FAIL
}
