package dev.gala.event;

/** What became of an emit, as a value. */
public sealed interface EmitResult {
  /**
   * It did not fail.
   *
   * @param receipt what became of it
   */
  record Accepted(EmitReceipt receipt) implements EmitResult {}

  /**
   * It failed.
   *
   * @param failure why; its data name the event, if it had an id by then
   */
  record Failed(GalaException failure) implements EmitResult {}
}
