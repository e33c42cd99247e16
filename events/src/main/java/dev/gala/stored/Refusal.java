package dev.gala.stored;

/** Why an event is not redriven. */
public enum Refusal {
  /** No event of that id is stored. */
  UNKNOWN("no event of this id is stored: it was deleted since it ended, or never emitted"),
  /** Its job has not ended. */
  NOT_ENDED("it has not ended: what failed is tried again by itself"),
  /** This redrive has had its turn with it. */
  REDRIVEN("it was redriven since this redrive began: begin another one if it is meant again"),
  /** All its listeners handled it. */
  DONE("it was handled: say so if it is to be handled again (withDone)"),
  /** The listeners that did not handle it gave it up. */
  CANCELLED("it was given up: say so if it is to be handled even so (withCancelled)"),
  /** Nothing is known of such a listener. */
  NO_SUCH_LISTENER(
      "nothing tells of such a listener: it has another name, or is new since (withDone)"),
  /** Another event holds its unique key. */
  KEY_HELD("another event with its unique key is stored: wait for its end, or delete it"),
  /** Somebody else changed it meanwhile. */
  CHANGED("somebody else changed or deleted it meanwhile"),
  /** Somebody holds its row locked. */
  LOCKED("somebody holds its row locked: redrive it when that transaction has ended"),
  /** The database refuses the change, by a trigger for instance. */
  REFUSED("the database refuses to change its row, by a trigger or a constraint of yours"),
  /** What is stored of it makes no sense. */
  UNREADABLE("its marks cannot be read: look at its job's metadata");

  private final String text;

  Refusal(String text) {
    this.text = text;
  }

  /** Why, and what to do, for people. */
  public String text() {
    return text;
  }
}
