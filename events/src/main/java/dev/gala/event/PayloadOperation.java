package dev.gala.event;

/**
 * A payload that says which operation it is about, so that listeners can ask for some only. Without
 * it, a record component or property named {@code operation} is taken.
 */
@FunctionalInterface
public interface PayloadOperation {
  /** The operation, for instance {@code CREATE}; empty if none. */
  String payloadOperation();

  /**
   * This payload with another operation, where the operation was renamed; this itself, if it cannot
   * say so. Listeners are chosen by the new name in either case.
   *
   * @param operation the new name
   */
  default Object withPayloadOperation(String operation) {
    return this;
  }
}
