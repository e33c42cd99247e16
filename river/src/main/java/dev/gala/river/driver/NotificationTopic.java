package dev.gala.river.driver;

/** River's notification topics. On the wire each is prefixed with the schema and a dot. */
public enum NotificationTopic {
  /** Pause, resume, metadata of queues, cancellations. */
  CONTROL("river_control"),
  /** A job became available in a queue. */
  INSERT("river_insert"),
  /** A leader resigned, or is asked to. */
  LEADERSHIP("river_leadership");

  private final String wireName;

  NotificationTopic(String wireName) {
    this.wireName = wireName;
  }

  /** The topic as River writes it. */
  public String wireName() {
    return wireName;
  }
}
