package dev.gala.bench.load;

/** A figure that a measurement gives. */
public enum Metric {
  /** Events a second. */
  RATE("events/s", true),
  /** Processor time that the emitting or working process uses for an event; of Java only. */
  CLIENT_CPU("client CPU µs", false),
  /** Half of the events are handled within it. */
  P50("p50 ms", false),
  /** 99 of 100 events are handled within it. */
  P99("p99 ms", false),
  /** 999 of 1,000 events are handled within it; of the events of all rounds together. */
  P999("p99.9 ms", false),
  /** From the start to the time when the last retried event is handled. */
  ALL_DONE("all done after s", false),
  /** From the start of the process to the end of the first event's handling. */
  STARTUP("start to first event s", false),
  /** Statements a second of a client that has nothing to do. */
  STATEMENTS("statements/s", false);

  private final String title;
  private final boolean higherIsBetter;

  Metric(String title, boolean higherIsBetter) {
    this.title = title;
    this.higherIsBetter = higherIsBetter;
  }

  /** The unit, for the head of a column. */
  public String title() {
    return title;
  }

  /** Whether more is better. */
  public boolean higherIsBetter() {
    return higherIsBetter;
  }
}
