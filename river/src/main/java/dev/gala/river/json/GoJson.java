package dev.gala.river.json;

import java.util.Comparator;

/**
 * JSON text exactly as Go's {@code encoding/json} writes it.
 *
 * <p>Everything works on strings: JSON is nearly always ASCII, which the JVM keeps as one byte per
 * character, so that a string costs no more than a byte array and needs no second form. All methods
 * are pure and safe for use by many threads.
 */
public final class GoJson {
  /**
   * The order in which Go writes the keys of a map: that of their UTF-8 bytes. Differs from {@link
   * String#compareTo} where characters beyond the basic plane meet those from U+E000 on.
   */
  public static final Comparator<String> KEY_ORDER = GoJson::compareUtf8;

  private static final char[] HEX = "0123456789abcdef".toCharArray();
  private static final boolean[] PLAIN_ASCII = plainAscii();

  private GoJson() {}

  /** {@code text} as a JSON string, quotes included. Lone surrogates become U+FFFD. */
  public static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2);
    quote(out, text);
    return out.toString();
  }

  /** Appends {@code text} as a JSON string, quotes included. Lone surrogates become U+FFFD. */
  public static void quote(StringBuilder out, String text) {
    out.append('"');
    int length = text.length();
    int start = 0;
    for (int i = plainEnd(text, 0); i < length; i = plainEnd(text, i)) {
      if (isPair(text, i)) {
        i += 2;
        continue;
      }
      out.append(text, start, i);
      escape(out, text.charAt(i));
      i++;
      start = i;
    }
    out.append(text, start, length).append('"');
  }

  /**
   * {@code json} without white space between tokens and with Go's escapes inside strings: what Go
   * makes of a {@code json.RawMessage}. Numbers, the order of keys and repeated keys stay as they
   * are. Returns {@code json} itself if there is nothing to change.
   *
   * @throws IllegalArgumentException if {@code json} is not one JSON value, saying where
   */
  public static String compact(String json) {
    return new JsonScan(json).compact();
  }

  /**
   * Appends what {@link #compact(String)} returns.
   *
   * @throws IllegalArgumentException if {@code json} is not one JSON value; {@code out} may then
   *     hold a part of it
   */
  public static void compact(StringBuilder out, String json) {
    new JsonScan(json).compactTo(out);
  }

  /**
   * Where the characters end, from {@code from} on, that Go writes as they are; no surrogate is one
   * of them. Most of any text is: they are gone through in one tight loop.
   */
  public static int plainEnd(String text, int from) {
    int length = text.length();
    int i = from;
    while (i < length && isPlain(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** Whether {@code text} is one JSON value. */
  public static boolean isValid(String text) {
    return new JsonScan(text).isValid();
  }

  /** Whether {@code text} is one JSON object. */
  public static boolean isObject(String text) {
    int first = JsonScan.skipSpace(text, 0);
    return first < text.length() && text.charAt(first) == '{' && isValid(text);
  }

  /**
   * {@code value} as Go writes a {@code float64}: the shortest digits that read back the same, with
   * an exponent below 1e-6 and from 1e21 on.
   *
   * @throws IllegalArgumentException if it is infinite or not a number
   */
  public static String number(double value) {
    return GoNumber.format(value);
  }

  /**
   * {@code value} as Go writes a {@code float32}: the shortest digits that read back the same, with
   * an exponent below 1e-6 and from 1e21 on.
   *
   * @throws IllegalArgumentException if it is infinite or not a number
   */
  public static String number(float value) {
    return GoNumber.format(value);
  }

  /** Appends the escape of a character that must not stand plain in a string. */
  static void escape(StringBuilder out, char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> escapeAsHex(out, Character.isSurrogate(c) ? '\uFFFD' : c);
    }
  }

  private static void escapeAsHex(StringBuilder out, char c) {
    out.append("\\u")
        .append(HEX[c >> 12])
        .append(HEX[(c >> 8) & 15])
        .append(HEX[(c >> 4) & 15])
        .append(HEX[c & 15]);
  }

  private static boolean isPlain(char c) {
    return c < 0x80 ? PLAIN_ASCII[c] : c != '\u2028' && c != '\u2029' && !Character.isSurrogate(c);
  }

  private static boolean[] plainAscii() {
    var plain = new boolean[0x80];
    for (char c = ' '; c < plain.length; c++) {
      plain[c] = "\"\\<>&".indexOf(c) < 0;
    }
    return plain;
  }

  /** Whether a surrogate pair begins at {@code index}. */
  static boolean isPair(String text, int index) {
    return index + 1 < text.length()
        && Character.isSurrogatePair(text.charAt(index), text.charAt(index + 1));
  }

  private static int compareUtf8(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        return Character.isSurrogate(a) == Character.isSurrogate(b)
            ? Character.compare(a, b)
            : Character.isSurrogate(a) ? 1 : -1;
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
