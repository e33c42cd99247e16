package dev.gala.river.driver;

/** The payload of a notification on {@link NotificationTopic#INSERT}, as River writes it. */
public final class InsertPayload {
  private InsertPayload() {}

  /**
   * Says that {@code queue} has work.
   *
   * @param queue a name by River's rule, which needs no escapes in JSON
   */
  public static String of(String queue) {
    return "{\"queue\": \"" + queue + "\"}";
  }
}
