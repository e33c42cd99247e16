package dev.gala.bench.load;

import java.util.Map;

/** A contestant. Measured by one thread. */
public interface Line extends AutoCloseable {
  /** Who it is. */
  Info info();

  /** Whether it stands in the case's table at all. */
  boolean takesPart(Case what);

  /**
   * Measures once.
   *
   * @throws Skipped if it cannot do that
   * @throws Exception if it failed: the run goes on without the figure
   */
  Sample measure(Case what, Round round) throws Exception;

  @Override
  default void close() {}

  /**
   * Who a contestant is.
   *
   * @param id as {@code --line} names it
   * @param title for people to read
   * @param version what is measured
   * @param settings how it is set for every case, for people to read
   */
  record Info(String id, String title, String version, Map<String, String> settings) {}
}
