package dev.gala.bench.product;

import dev.gala.bench.load.Line;
import dev.gala.bench.load.Situation;
import dev.gala.bench.load.Skipped;
import dev.gala.bench.server.BenchDatabase;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something that stores events in PostgreSQL and works them. */
public interface Product {
  /** Who it is. */
  Line.Info info();

  /** A way to set it. */
  record Tuning(String name, Map<String, Integer> values) {
    /** The value of a setting that every tuning of the product has. */
    public int get(String setting) {
      Integer value = values.get(setting);
      if (value == null) {
        throw new IllegalArgumentException("tuning " + name + " has no " + setting);
      }
      return value;
    }

    /** For people to read. */
    public Map<String, String> told() {
      var told = new java.util.TreeMap<String, String>();
      values.forEach((setting, value) -> told.put(setting, String.valueOf(value)));
      return told;
    }
  }

  /** Ways to set it that its documentation gives, the usual one first. */
  List<Tuning> tunings();

  /** Makes its tables. */
  void install(BenchDatabase database) throws Exception;

  /** Empties its tables. */
  void clear(BenchDatabase database) throws Exception;

  /** How many events are not finished; quickly, where they are few. */
  long unfinished(BenchDatabase database) throws Exception;

  /**
   * A client.
   *
   * @throws Skipped if it cannot play the role
   */
  Client open(BenchDatabase database, Role role, Tuning tuning) throws Exception;

  /**
   * A started worker in a process of its own, for so many events.
   *
   * @return null if the product is measured in one process
   */
  default @Nullable Elsewhere openElsewhere(BenchDatabase database, int events, Tuning tuning)
      throws Exception {
    return null;
  }

  /**
   * Puts something in the way of the events to come.
   *
   * @param latency whether what waits must not stand before them
   * @throws Skipped if it has no such thing
   */
  default void fill(BenchDatabase database, Situation situation, int rows, boolean latency)
      throws Exception {
    throw new Skipped("measured on an empty table only");
  }

  /** Whether its workers are told of events, and do not only look for them. */
  default boolean hearsOfEvents() {
    return false;
  }

  /** The class whose main method handles one event, told where by a line of input. */
  Class<?> startupMain();
}
