package dev.gala.river.postgres;

/**
 * Text that PostgreSQL's {@code jsonb} takes. It refuses U+0000 and surrogates without a partner;
 * both become U+FFFD, so that an error's words never keep an attempt from being ended.
 */
final class StorableText {
  private static final char REPLACEMENT = '\uFFFD';

  private StorableText() {}

  /** {@code text}, to become a JSON string. */
  static String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isSurrogate(c)) {
        return replaced(text);
      }
    }
    return text;
  }

  /** {@code json}, a document whose escapes may stand for such characters. */
  static String ofJson(String json) {
    String text = of(json);
    return text.contains("\\u") ? escapesReplaced(text) : text;
  }

  private static String replaced(String text) {
    var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        out.append(c).append(text.charAt(++i));
      } else {
        out.append(c == 0 || Character.isSurrogate(c) ? REPLACEMENT : c);
      }
    }
    return out.toString();
  }

  private static String escapesReplaced(String json) {
    var out = new StringBuilder(json.length());
    int i = 0;
    while (i < json.length()) {
      if (json.charAt(i) != '\\' || i + 1 == json.length()) {
        out.append(json.charAt(i++));
        continue;
      }
      int code = escaped(json, i);
      if (code < 0) {
        out.append(json, i, i + 2);
        i += 2;
      } else if (Character.isHighSurrogate((char) code) && isLowSurrogate(escaped(json, i + 6))) {
        out.append(json, i, i + 12);
        i += 12;
      } else {
        boolean refused = code == 0 || Character.isSurrogate((char) code);
        out.append(refused ? "\\ufffd" : json.substring(i, i + 6));
        i += 6;
      }
    }
    return out.toString();
  }

  private static boolean isLowSurrogate(int code) {
    return code >= 0 && Character.isLowSurrogate((char) code);
  }

  /** The code unit of the four-digit escape at {@code at}, or -1 if there is none. */
  private static int escaped(String json, int at) {
    if (at + 6 > json.length() || json.charAt(at) != '\\' || json.charAt(at + 1) != 'u') {
      return -1;
    }
    int code = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = Character.digit(json.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      code = code * 16 + digit;
    }
    return code;
  }
}
