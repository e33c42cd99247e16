package dev.gala.interop.adapter;

/** What answers one kind of request. */
@FunctionalInterface
interface Method {
  /** The answer of a method that has nothing to say. */
  String NOTHING = "{}";

  /**
   * Answers.
   *
   * @return the result as JSON
   * @throws RuntimeException an {@link RpcException}, or what the engine throws
   */
  String answer(Params params);
}
