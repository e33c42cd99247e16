package dev.gala.river.internal.notify;

import dev.gala.river.json.JsonObjects;
import org.jspecify.annotations.Nullable;

/** What is told on the leadership topic. */
public sealed interface LeadershipMessage {
  /** What asks the leader, whoever that is, to resign; as River writes it. */
  String REQUEST_RESIGN = "{\"action\":\"request_resign\",\"leader_id\":\"\"}";

  /**
   * The leader is asked to resign.
   *
   * @param leaderId who is meant; empty, as River has it, means whoever leads
   */
  record RequestResign(String leaderId) implements LeadershipMessage {}

  /**
   * A leader resigned: there is none now.
   *
   * @param leaderId the client that led
   */
  record Resigned(String leaderId) implements LeadershipMessage {}

  /**
   * Something a later River says.
   *
   * @param action what is to be done
   */
  record Unknown(String action) implements LeadershipMessage {}

  /** Reads a payload; null if it is none that River would write. */
  static @Nullable LeadershipMessage of(String payload) {
    String action = JsonObjects.textAt(payload, "action");
    if (action == null) {
      return null;
    }
    String leaderId = JsonObjects.textAt(payload, "leader_id");
    return switch (action) {
      case "request_resign" -> new RequestResign(leaderId == null ? "" : leaderId);
      case "resigned" -> leaderId == null ? null : new Resigned(leaderId);
      default -> new Unknown(action);
    };
  }
}
