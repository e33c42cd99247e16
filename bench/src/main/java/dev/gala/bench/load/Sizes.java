package dev.gala.bench.load;

import java.util.List;

/**
 * How long and how much is measured.
 *
 * @param mode its name
 * @param rounds how many count
 * @param warmUpMillis what each loop runs before it is counted
 * @param windowMillis what each loop is counted
 * @param sweepMillis the same, while settings are tried out
 * @param most how many settings are tried out at the most
 * @param fill events in a filled queue
 * @param latencySeconds how long events are emitted at a fixed rate
 * @param idleSeconds how long statements are counted
 * @param scaleRows what else is in the tables
 * @param snapshotEvents what passes while an old snapshot is held
 * @param callers of single emits
 * @param rates of latencies, in events a second
 * @param situations that are measured in
 */
public record Sizes(
    String mode,
    int rounds,
    int warmUpMillis,
    int windowMillis,
    int sweepMillis,
    int most,
    int fill,
    int latencySeconds,
    int idleSeconds,
    int scaleRows,
    int snapshotEvents,
    List<Integer> callers,
    List<Integer> rates,
    List<Situation> situations) {

  /** For the pages: about 45 minutes. */
  public static Sizes full() {
    return new Sizes(
        "full",
        5,
        500,
        2_000,
        700,
        100,
        30_000,
        8,
        20,
        1_000_000,
        100_000,
        List.of(1, 8, 50, 256),
        List.of(10, 100, 1_000),
        List.of(Situation.values()));
  }

  /** For a first look: under five minutes. */
  public static Sizes quick() {
    return new Sizes(
        "quick",
        2,
        200,
        600,
        250,
        3,
        6_000,
        2,
        4,
        50_000,
        10_000,
        List.of(1, 50),
        List.of(100),
        List.of(Situation.values()));
  }

  /** For tests of the harness: its figures say nothing. */
  public static Sizes tiny() {
    return new Sizes(
        "tiny",
        1,
        10,
        60,
        20,
        1,
        60,
        1,
        1,
        500,
        200,
        List.of(1, 4),
        List.of(50),
        List.of(Situation.EMPTY, Situation.FOREIGN, Situation.SNAPSHOT));
  }

  /** This, with another number of rounds. */
  public Sizes withRounds(int rounds) {
    return new Sizes(
        mode,
        rounds,
        warmUpMillis,
        windowMillis,
        sweepMillis,
        most,
        fill,
        latencySeconds,
        idleSeconds,
        scaleRows,
        snapshotEvents,
        callers,
        rates,
        situations);
  }

  /** Whether the run is long enough for its figures to be published. */
  public boolean publishable() {
    return rounds >= 5;
  }

  /** Whether a round that does not count goes before those that do. */
  public boolean warmsUp() {
    return !mode.equals("tiny");
  }

  /** A few events, to come into step with. */
  public int few() {
    return Math.clamp(fill / 100, 5, 50);
  }
}
