package dev.gala.stored;

import dev.gala.event.EventId;
import dev.gala.river.job.JobListParams;
import dev.gala.river.json.GoJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which jobs are asked for. Pure. */
final class Queries {
  /** Events that were emitted under one id: one, unless somebody chose ids that others had. */
  private static final int MOST_OF_AN_ID = 100;

  private Queries() {}

  /**
   * Jobs that carry events.
   *
   * @param given kinds that are asked for
   * @param usual kinds that are meant if nothing is said
   * @param metadata what their metadata contain: JSON texts by key
   */
  static JobListParams.Builder list(
      @Nullable String topic,
      List<String> given,
      List<String> usual,
      Map<String, String> metadata) {
    Map<String, String> members = new LinkedHashMap<>();
    if (topic != null) {
      members.put("topic", text(topic));
    }
    members.putAll(metadata);
    return JobListParams.builder()
        .kinds(given.isEmpty() && topic == null ? usual : given)
        .metadata(members.isEmpty() ? null : object(members));
  }

  static JobListParams ofEvent(EventId id) {
    return JobListParams.builder()
        .metadata(object(Map.of("event_id", text(id.value()))))
        .limit(MOST_OF_AN_ID)
        .build();
  }

  /** As the dispatcher writes it: what jsonb cannot keep became U+FFFD. */
  private static String text(String text) {
    return GoJson.quote(text.replace('\0', '\uFFFD'));
  }

  private static String object(Map<String, String> members) {
    return members.entrySet().stream()
        .map(member -> GoJson.quote(member.getKey()) + ":" + member.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }
}
