package dev.gala.bench.product;

/** A worker in another process, which notes when each event came. */
public interface Elsewhere extends AutoCloseable {
  /**
   * Waits until all have come.
   *
   * @return by event number, when it came first, in microseconds since 1970
   */
  long[] handledAt() throws Exception;

  @Override
  void close();
}
