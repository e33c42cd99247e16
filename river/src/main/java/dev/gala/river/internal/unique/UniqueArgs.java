package dev.gala.river.internal.unique;

import dev.gala.river.job.ArgsPath;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.RawMembers;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The part of a unique key that the arguments make: one object of values as they were encoded. */
final class UniqueArgs {
  private static final int SHOWN = 200;
  private static final Comparator<ArgsPath> PATH_ORDER =
      Comparator.comparing(UniqueArgs::pathText, GoJson.KEY_ORDER);

  /** A value selected, or an object of which members are. */
  private static final class Node {
    private final Map<String, Node> members = new LinkedHashMap<>();
    private @Nullable String value;
  }

  private UniqueArgs() {}

  /**
   * The text to hash.
   *
   * @param paths the values that count; empty means all
   */
  static String text(String args, List<ArgsPath> paths) {
    Map<String, String> members = members(args);
    return paths.isEmpty() ? all(members) : selected(members, paths);
  }

  /** By Go's encoding, which a codec may not have used: it is what Go would have hashed. */
  private static Map<String, String> members(String args) {
    String compact;
    try {
      compact = GoJson.compact(args);
    } catch (IllegalArgumentException e) {
      throw invalid("arguments must be JSON to be unique by: " + e.getMessage());
    }
    if (compact.equals("[]")) {
      return Map.of(); // An empty list is what some languages make of an empty map.
    }
    if (!compact.startsWith("{")) {
      String shown = compact.length() > SHOWN ? compact.substring(0, SHOWN) + "…" : compact;
      throw invalid("arguments must be a JSON object to be unique by, but are " + shown);
    }
    return RawMembers.of(compact);
  }

  private static String all(Map<String, String> members) {
    var sorted = new TreeMap<String, String>(GoJson.KEY_ORDER);
    sorted.putAll(members);
    var out = new StringBuilder().append('{');
    sorted.forEach(
        (name, value) -> {
          member(out, name);
          out.append(value);
        });
    return out.append('}').toString();
  }

  private static String selected(Map<String, String> members, List<ArgsPath> paths) {
    var root = new Node();
    for (ArgsPath path : paths.stream().sorted(PATH_ORDER).toList()) {
      String value = value(members, path.names());
      if (value != null) {
        put(root, path.names(), value);
      }
    }
    if (root.members.isEmpty()) {
      return "";
    }
    var out = new StringBuilder();
    write(out, root);
    return out.toString();
  }

  /** The value a path leads to; null if it is absent, while a null written is a value. */
  private static @Nullable String value(Map<String, String> members, List<String> names) {
    String value = members.get(names.getFirst());
    for (String name : names.subList(1, names.size())) {
      if (value == null || !value.startsWith("{")) {
        return null;
      }
      value = RawMembers.of(value).get(name);
    }
    return value;
  }

  private static void put(Node root, List<String> names, String value) {
    Node node = root;
    for (String name : names) {
      if (node.value != null) {
        return; // A shorter path, which sorts before, has brought the whole object.
      }
      node = node.members.computeIfAbsent(name, n -> new Node());
    }
    node.value = value;
  }

  private static void write(StringBuilder out, Node node) {
    if (node.value != null) {
      out.append(node.value);
      return;
    }
    out.append('{');
    node.members.forEach(
        (name, child) -> {
          member(out, name);
          write(out, child);
        });
    out.append('}');
  }

  /** Appends what stands before a value. */
  private static void member(StringBuilder out, String name) {
    if (out.charAt(out.length() - 1) != '{') {
      out.append(',');
    }
    name(out, name);
    out.append(':');
  }

  /** River writes plain ASCII names without Go's escapes of HTML, all others with them. */
  private static void name(StringBuilder out, String name) {
    boolean plain = name.chars().allMatch(c -> c >= ' ' && c <= 0x7f && c != '"' && c != '\\');
    if (plain) {
      out.append('"').append(name).append('"');
    } else {
      GoJson.quote(out, name);
    }
  }

  /** The path as River sorts it: names joined by dots, what could be an operator escaped. */
  private static String pathText(ArgsPath path) {
    var out = new StringBuilder();
    for (String name : path.names()) {
      if (!out.isEmpty()) {
        out.append('.');
      }
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        if (isOperator(c)) {
          out.append('\\');
        }
        out.append(c);
      }
    }
    return out.toString();
  }

  private static boolean isOperator(char c) {
    boolean letterOrDigit =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return c > ' ' && c <= '~' && !letterOrDigit && c != '_' && c != '-' && c != ':';
  }

  private static RiverException invalid(String message) {
    return new RiverException(RiverError.INSERT_INVALID, message);
  }
}
