package dev.gala.bench.load;

import java.util.List;

/** One thing to measure, for every line that can do it. */
public sealed interface Case {
  /** The scenario it belongs to, as {@code --scenario} names it. */
  String scenario();

  /** What sets it apart from the scenario's other cases; for people to read. */
  String variant();

  /** The figures it gives, the one that lines are compared by first. */
  default List<Metric> metrics() {
    return List.of(Metric.RATE, Metric.CLIENT_CPU);
  }

  /**
   * Callers emit events one by one, each waiting for its commit.
   *
   * @param callers how many at once
   */
  record Emit(int callers) implements Case {
    @Override
    public String scenario() {
      return "emit";
    }

    @Override
    public String variant() {
      return callers == 1 ? "1 caller" : callers + " callers at once";
    }
  }

  /**
   * Two callers emit many events at once.
   *
   * @param size the events of each call
   */
  record EmitBatch(int size) implements Case {
    /** How many callers. */
    public static final int CALLERS = 2;

    @Override
    public String scenario() {
      return "emit-batch";
    }

    @Override
    public String variant() {
      return size + " events in a call";
    }
  }

  /**
   * A filled queue is worked empty, by listeners that do nothing.
   *
   * @param listeners of each event
   * @param situation what else is in the tables
   * @param scale whether it belongs to the scenario {@code scale}
   */
  record Work(int listeners, Situation situation, boolean scale) implements Case {
    @Override
    public String scenario() {
      return scale ? "scale" : "work";
    }

    @Override
    public String variant() {
      if (scale) {
        return "work, " + situation.title();
      }
      return listeners == 1 ? "1 listener an event" : listeners + " listeners an event";
    }
  }

  /**
   * Events are emitted and worked at the same time, steadily.
   *
   * @param callers how many emit
   * @param size the events of each call
   */
  record Pipeline(int callers, int size) implements Case {
    /** How the variant ends where an emit is of one event. */
    public static final String ONE_BY_ONE = "callers emit one by one";

    @Override
    public String scenario() {
      return "pipeline";
    }

    @Override
    public String variant() {
      return size == 1
          ? callers + " " + ONE_BY_ONE
          : callers + " callers emit " + size + " at once";
    }
  }

  /**
   * From the emit's return to the handler's first line.
   *
   * @param perSecond how many events are emitted, at times that do not depend on the answers
   * @param situation what else is in the tables
   * @param scale whether it belongs to the scenario {@code scale}
   */
  record Latency(int perSecond, Situation situation, boolean scale) implements Case {
    @Override
    public String scenario() {
      return scale ? "scale" : "latency";
    }

    @Override
    public String variant() {
      return scale ? "latency, " + situation.title() : perSecond + " events/s";
    }

    @Override
    public List<Metric> metrics() {
      return List.of(Metric.P50, Metric.P99, Metric.P999);
    }
  }

  /**
   * Callers write a row of their own and emit an event in one transaction.
   *
   * @param callers how many at once
   */
  record Transactional(int callers) implements Case {
    @Override
    public String scenario() {
      return "transactional";
    }

    @Override
    public String variant() {
      return callers == 1 ? "1 caller" : callers + " callers at once";
    }
  }

  /**
   * A filled queue is worked empty while some events fail at their first attempt.
   *
   * @param percent how many of 100 fail
   */
  record Retry(int percent) implements Case {
    @Override
    public String scenario() {
      return "retry";
    }

    @Override
    public String variant() {
      return percent + " % fail once";
    }

    /** Whether the event of this number fails at its first attempt. */
    public boolean fails(int number) {
      return number % 100 < percent;
    }

    @Override
    public List<Metric> metrics() {
      return List.of(Metric.RATE, Metric.ALL_DONE);
    }
  }

  /** Events that stay in the process, encoded and decoded. */
  record Memory() implements Case {
    @Override
    public String scenario() {
      return "memory";
    }

    @Override
    public String variant() {
      return "emitted and handled in one process";
    }
  }

  /** A process starts, emits an event and handles it. */
  record Startup() implements Case {
    @Override
    public String scenario() {
      return "startup";
    }

    @Override
    public String variant() {
      return "process to first event handled";
    }

    @Override
    public List<Metric> metrics() {
      return List.of(Metric.STARTUP);
    }
  }

  /** A client works a queue in which there is nothing. */
  record Idle() implements Case {
    @Override
    public String scenario() {
      return "idle";
    }

    @Override
    public String variant() {
      return "one client, nothing to do";
    }

    @Override
    public List<Metric> metrics() {
      return List.of(Metric.STATEMENTS);
    }
  }
}
