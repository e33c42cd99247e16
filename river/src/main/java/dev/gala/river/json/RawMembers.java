package dev.gala.river.json;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The members of an object with their values exactly as written, for texts that {@link
 * GoJson#compact(String)} returned. Of a repeated key the first value counts, as in River's unique
 * keys; {@link JsonObjects#members(String)} is for everything else.
 */
public final class RawMembers {
  private final String text;
  private int at;

  private RawMembers(String text) {
    this.text = text;
  }

  /**
   * The members by their decoded names, in the order written.
   *
   * @param compactObject one JSON object without white space between tokens
   */
  public static Map<String, String> of(String compactObject) {
    return new RawMembers(compactObject).read();
  }

  private Map<String, String> read() {
    Map<String, String> members = new LinkedHashMap<>();
    at = 1;
    while (text.charAt(at) != '}') {
      int name = at;
      boolean plain = skipString();
      String decoded = plain ? text.substring(name + 1, at - 1) : decoded(name + 1, at - 1);
      at++;
      int value = at;
      skipValue();
      members.putIfAbsent(decoded, text.substring(value, at));
      if (text.charAt(at) == ',') {
        at++;
      }
    }
    return members;
  }

  /** To the comma or brace behind the value. */
  private void skipValue() {
    int depth = 0;
    while (true) {
      switch (text.charAt(at)) {
        case '"' -> {
          skipString();
          continue;
        }
        case '{', '[' -> depth++;
        case '}', ']' -> {
          if (depth == 0) {
            return;
          }
          depth--;
        }
        case ',' -> {
          if (depth == 0) {
            return;
          }
        }
        default -> {}
      }
      at++;
    }
  }

  /** To what is behind the string; true if nothing in it is escaped. */
  private boolean skipString() {
    boolean plain = true;
    at++;
    while (text.charAt(at) != '"') {
      if (text.charAt(at) == '\\') {
        plain = false;
        at++;
      }
      at++;
    }
    at++;
    return plain;
  }

  private String decoded(int from, int to) {
    var name = new StringBuilder(to - from);
    int i = from;
    while (i < to) {
      char c = text.charAt(i);
      if (c != '\\') {
        name.append(c);
        i++;
      } else if (text.charAt(i + 1) == 'u') {
        name.append((char) Integer.parseInt(text, i + 2, i + 6, 16));
        i += 6;
      } else {
        name.append(unescaped(text.charAt(i + 1)));
        i += 2;
      }
    }
    return withoutLoneSurrogates(name);
  }

  private static char unescaped(char c) {
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> c;
    };
  }

  /** Half a character may be escaped, but not be written: Go reads it as U+FFFD. */
  private static String withoutLoneSurrogates(StringBuilder name) {
    String text = name.toString();
    for (int i = 0; i < text.length(); i++) {
      if (GoJson.isPair(text, i)) {
        i++;
      } else if (Character.isSurrogate(text.charAt(i))) {
        name.setCharAt(i, '\uFFFD');
      }
    }
    return name.toString();
  }
}
