package dev.gala.river.json;

import org.jspecify.annotations.Nullable;

/**
 * One pass over a JSON text that checks it by Go's grammar and, where asked, writes it compacted.
 * What needs no change is copied in runs; a text that needs none at all is never copied.
 */
final class JsonScan {
  /** As deep as Go reads. */
  private static final int MAX_DEPTH = 10_000;

  private final String text;
  private final int end;
  private int at;

  /** Where the next run to copy begins; everything before it is written or dropped. */
  private int start;

  private @Nullable StringBuilder out;

  JsonScan(String text) {
    this.text = text;
    this.end = text.length();
  }

  boolean isValid() {
    try {
      scan();
      return true;
    } catch (IllegalArgumentException notJson) {
      return false;
    }
  }

  String compact() {
    scan();
    if (out == null) {
      return start == 0 ? text : text.substring(start);
    }
    return out.append(text, start, end).toString();
  }

  void compactTo(StringBuilder target) {
    out = target;
    scan();
    target.append(text, start, end);
  }

  private void scan() {
    space();
    value();
    space();
    if (at < end) {
      throw invalid("nothing more after the value");
    }
  }

  /** A value, with all it holds: iterative, so that deep nesting cannot overflow the stack. */
  private void value() {
    boolean[] objects = new boolean[16];
    int depth = 0;
    while (true) {
      char c = peek();
      boolean opens = c == '{' || c == '[';
      if (opens) {
        at++;
        space();
        if (peek() != (c == '{' ? '}' : ']')) {
          if (depth == MAX_DEPTH) {
            throw invalid("a nesting of at most " + MAX_DEPTH);
          }
          if (depth == objects.length) {
            objects = java.util.Arrays.copyOf(objects, depth * 2);
          }
          objects[depth++] = c == '{';
          if (c == '{') {
            name();
          }
          continue;
        }
        at++;
      } else {
        scalar(c);
      }
      depth = closings(objects, depth);
      if (depth == 0) {
        return;
      }
    }
  }

  /** What follows a value: ends of containers, then a comma. Returns the depth; 0 at the end. */
  private int closings(boolean[] objects, int depthBefore) {
    int depth = depthBefore;
    while (depth > 0) {
      space();
      boolean object = objects[depth - 1];
      char c = peek();
      if (c == ',') {
        at++;
        space();
        if (object) {
          name();
        }
        return depth;
      }
      if (c != (object ? '}' : ']')) {
        throw invalid(object ? "',' or '}'" : "',' or ']'");
      }
      at++;
      depth--;
    }
    return 0;
  }

  private void name() {
    if (peek() != '"') {
      throw invalid("a key in quotes");
    }
    string();
    space();
    if (peek() != ':') {
      throw invalid("':'");
    }
    at++;
    space();
  }

  private void scalar(char c) {
    switch (c) {
      case '"' -> string();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number();
    }
  }

  private void string() {
    at++;
    while (true) {
      at = GoJson.plainEnd(text, at);
      char c = peek();
      if (c == '"') {
        at++;
        return;
      }
      if (c == '\\') {
        escaped();
      } else if (c < ' ') {
        throw invalid("no bare control character in a string");
      } else if (Character.isSurrogate(c) && GoJson.isPair(text, at)) {
        at += 2;
      } else {
        flush();
        GoJson.escape(target(), c);
        at++;
        start = at;
      }
    }
  }

  private void escaped() {
    at++;
    char c = peek();
    at++;
    if (c == 'u') {
      for (int i = 0; i < 4; i++) {
        if (Character.digit(peek(), 16) < 0 || peek() >= 0x80) {
          throw invalid("four hexadecimal digits");
        }
        at++;
      }
    } else if ("\"\\/bfnrt".indexOf(c) < 0) {
      at--;
      throw invalid("an escape of JSON");
    }
  }

  private void literal(String word) {
    if (!text.startsWith(word, at)) {
      throw invalid("a JSON value");
    }
    at += word.length();
  }

  private void number() {
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (at < end && text.charAt(at) == '.') {
      at++;
      digits();
    }
    if (at < end && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
  }

  private void digits() {
    int first = at;
    while (at < end && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == first) {
      throw invalid("a JSON value");
    }
  }

  /** Steps over white space, which is not copied. */
  private void space() {
    int next = skipSpace(text, at);
    if (next > at) {
      flush();
      at = next;
      start = next;
    }
  }

  static int skipSpace(String text, int from) {
    int i = from;
    while (i < text.length() && isSpace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
  }

  private void flush() {
    if (at > start) {
      target().append(text, start, at);
    }
  }

  private StringBuilder target() {
    StringBuilder target = out;
    if (target == null) {
      target = new StringBuilder(end + 16);
      out = target;
    }
    return target;
  }

  private char peek() {
    if (at >= end) {
      throw invalid("more: the text ends too early");
    }
    return text.charAt(at);
  }

  private IllegalArgumentException invalid(String expected) {
    String found = at < end ? "found \"" + text.substring(at, Math.min(end, at + 10)) + "\"" : "";
    return new IllegalArgumentException(
        "not JSON at character "
            + at
            + ": expected "
            + expected
            + (found.isEmpty() ? "" : ", ")
            + found);
  }
}
