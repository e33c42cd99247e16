package dev.gala.bench.load;

/** What else is in the tables while something is measured. */
public enum Situation {
  /** Nothing. */
  EMPTY("an empty table"),
  /** Many events wait; they are worked first come, first served. */
  WAITING("events waiting"),
  /** Many events are scheduled for next year. */
  SCHEDULED("events scheduled ahead"),
  /** Many events are finished and not cleaned. */
  FINISHED("finished events not cleaned"),
  /** Many jobs of a kind that nobody here works stand before the events in the queue. */
  FOREIGN("rows of foreign kinds ahead in the queue"),
  /** A transaction has been open since many events ago, so that no dead row can be removed. */
  SNAPSHOT("an old snapshot held open");

  private final String title;

  Situation(String title) {
    this.title = title;
  }

  /** For people to read. */
  public String title() {
    return title;
  }
}
