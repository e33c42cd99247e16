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

  private static final String QUICK = "quick";
  private static final String TINY = "tiny";

  /** For the pages: about 45 minutes. */
  public static Sizes full() {
    return new Sizes(
        "full",
        5,
        500,
        1_000,
        400,
        100,
        30_000,
        3,
        10,
        1_000_000,
        100_000,
        List.of(1, 8, 50, 256),
        List.of(10, 100, 1_000),
        List.of(Situation.values()));
  }

  /** For a first look: under five minutes. */
  public static Sizes quick() {
    return new Sizes(
        QUICK,
        1,
        150,
        400,
        150,
        3,
        4_000,
        1,
        3,
        50_000,
        10_000,
        List.of(1, 50),
        List.of(100),
        List.of(Situation.values()));
  }

  /** For tests of the harness: its figures say nothing. */
  public static Sizes tiny() {
    return new Sizes(
        TINY,
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

  /** Whether it is also looked where the time goes. */
  public boolean profiles() {
    return !mode.equals(QUICK);
  }

  /** Whether settings are tried out twice, since the first time is that of compiling. */
  public boolean triesTwice() {
    return !mode.equals(QUICK);
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

  /** How many rounds of a case count: fewer where one takes long or tells enough. */
  public int rounds(Case what) {
    return switch (what) {
      case Case.Idle idle -> 1;
      case Case.Retry retry -> Math.min(rounds, 3);
      case Case.Work work -> work.scale() ? Math.min(rounds, 3) : rounds;
      case Case.Latency latency -> latency.scale() ? Math.min(rounds, 3) : rounds;
      case Case.Emit emit -> rounds;
      case Case.EmitBatch batch -> rounds;
      case Case.Pipeline pipeline -> rounds;
      case Case.Transactional transactional -> rounds;
      case Case.Memory memory -> rounds;
      case Case.Startup startup -> rounds;
    };
  }

  /**
   * Whether a round that does not count goes before those that do. A process that starts is cold by
   * its nature, and a client that does nothing always is.
   */
  public boolean warmsUp(Case what) {
    boolean slow =
        what instanceof Case.Retry
            || what instanceof Case.Latency
            || (what instanceof Case.Work work && work.scale());
    return !mode.equals(TINY)
        && !(mode.equals(QUICK) && slow)
        && !(what instanceof Case.Startup)
        && !(what instanceof Case.Idle);
  }

  /** Events to come into step with, before times are taken. */
  public int few() {
    return Math.clamp(fill / 20, 5, 1_000);
  }

  /** Events in a filled queue that each goes to so many listeners. */
  public int fill(int listeners) {
    return Math.max(fill / listeners, 20);
  }
}
