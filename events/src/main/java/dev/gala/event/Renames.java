package dev.gala.event;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Names that stored events may still have, and what they are called now. They apply when an event
 * is handled; nothing stored is changed, and what is emitted has the name it is emitted with.
 * Immutable.
 *
 * <p>A name that was changed twice is given twice: {@code a} to {@code b}, {@code b} to {@code c}.
 *
 * @param topics the new names of topics by their old ones; an old name counts only where no
 *     listener is attached to it
 * @param operations the new names of operations by their old ones, in all topics
 */
public record Renames(Map<String, String> topics, Map<String, String> operations) {
  private static final Renames NONE = new Renames(Map.of(), Map.of());

  /** Copies the maps. */
  public Renames {
    topics = Map.copyOf(topics);
    operations = Map.copyOf(operations);
  }

  /** Nothing was renamed. */
  public static Renames none() {
    return NONE;
  }

  /** These and a topic that was called {@code before}. */
  public Renames topic(String before, String now) {
    return new Renames(with(topics, before, now), operations);
  }

  /** These and an operation that was called {@code before}. */
  public Renames operation(String before, String now) {
    return new Renames(topics, with(operations, before, now));
  }

  private static Map<String, String> with(Map<String, String> names, String before, String now) {
    Map<String, String> more = new LinkedHashMap<>(names);
    more.put(
        Objects.requireNonNull(before, "before").strip(),
        Objects.requireNonNull(now, "now").strip());
    return more;
  }

  /** What an operation is called now. */
  public String operationNow(String operation) {
    return operations.isEmpty() ? operation : now(operations, operation);
  }

  /** What a topic is called now. */
  public String topicNow(String topic) {
    return topics.isEmpty() ? topic : now(topics, topic);
  }

  /** Every name that a topic had before, whatever name came between; sorted. */
  public List<String> formerTopics(String topic) {
    return topics.keySet().stream()
        .filter(name -> !name.equals(topic) && topicsOnTheWay(name).contains(topic))
        .sorted()
        .toList();
  }

  /** The names a topic had after this one, in their order. */
  public List<String> topicsOnTheWay(String topic) {
    return onTheWay(topics, topic);
  }

  private static String now(Map<String, String> names, String name) {
    List<String> onTheWay = onTheWay(names, name);
    return onTheWay.isEmpty() ? name : onTheWay.getLast();
  }

  /** Ends also where the names form a circle, which a configuration refuses. */
  private static List<String> onTheWay(Map<String, String> names, String name) {
    List<String> onTheWay = new ArrayList<>();
    Set<String> seen = new HashSet<>(Set.of(name));
    for (String next = names.get(name); next != null && seen.add(next); next = names.get(next)) {
      onTheWay.add(next);
    }
    return onTheWay;
  }

  /** What is wrong with them, each with its remedy; empty if nothing is. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    problems("topic", topics, problems);
    problems("operation", operations, problems);
    return problems;
  }

  private static void problems(String what, Map<String, String> names, List<String> problems) {
    names.forEach(
        (before, now) -> {
          if (before.isEmpty() || now.isEmpty()) {
            problems.add(
                "the %s \"%s\" is renamed to \"%s\": give two names".formatted(what, before, now));
          } else if (names.containsKey(now(names, before))) {
            problems.add(
                "the %s \"%s\" is renamed in a circle: leave out what it is called now"
                    .formatted(what, before));
          }
        });
  }
}
