package dev.gala.internal.dispatch;

import dev.gala.event.Envelope;
import dev.gala.internal.registry.RegisteredTopic;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The listeners an event still expects and this process lacks.
 *
 * @param missing names of listeners attached where it was emitted, not here, and not finished
 * @param nobody whether no listener is known at all, neither there nor here
 */
public record Expected(List<String> missing, boolean nobody) {
  /** Where no other process handles events. */
  static final Expected NOBODY_ELSE = new Expected(List.of(), false);

  /** Those of an event, by the topic's listeners here and what earlier rounds left. */
  public static Expected of(Envelope envelope, RegisteredTopic topic, Marks marks) {
    List<String> named = envelope.headers().listeners();
    List<String> here = topic.listenerNames();
    Redriven redriven = marks.redriven();
    Set<String> meant = redriven == null ? Set.of() : redriven.only();
    if (named.equals(here) && meant.isEmpty()) {
      return new Expected(List.of(), here.isEmpty());
    }
    List<String> missing =
        Stream.concat(named.stream().map(Expected::withoutId), meant.stream().sorted())
            .filter(name -> !name.isBlank() && !here.contains(name) && !marks.isFinished(name))
            .distinct()
            .toList();
    return new Expected(missing, named.isEmpty() && here.isEmpty());
  }

  /** Whether nobody has to be waited for. */
  boolean isHere() {
    return missing.isEmpty() && !nobody;
  }

  /** Later Go releases write {@code name#ULID}. */
  static String withoutId(String name) {
    int cut = name.indexOf('#');
    return cut < 0 ? name : name.substring(0, cut);
  }
}
