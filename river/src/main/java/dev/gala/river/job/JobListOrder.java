package dev.gala.river.job;

import java.util.Locale;

/** What a list of jobs is ordered by; among equals the id decides. */
public enum JobListOrder {
  /** By when they ended; only for jobs that have. */
  FINALIZED_AT,
  /** By id: as they were inserted, nearly. */
  ID,
  /** By when they are, or were, due. */
  SCHEDULED_AT,
  /**
   * By the time that matters in the first of the states listed: the end for final ones, the start
   * of the newest attempt for running ones, else when the job is due. Jobs in other states may lack
   * it: they come last ascending, first descending.
   */
  TIME;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** As River writes it, for instance {@code scheduled_at}. */
  public String wireName() {
    return wireName;
  }

  /**
   * The order of this name.
   *
   * @throws IllegalArgumentException if River has no such order
   */
  public static JobListOrder ofWireName(String wireName) {
    return switch (wireName) {
      case "finalized_at" -> FINALIZED_AT;
      case "id" -> ID;
      case "scheduled_at" -> SCHEDULED_AT;
      case "time" -> TIME;
      default -> throw new IllegalArgumentException("unknown order \"" + wireName + "\"");
    };
  }
}
