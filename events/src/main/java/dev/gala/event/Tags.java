package dev.gala.event;

/** Job tags by River's rule. */
public final class Tags {
  /** The longest tag. */
  public static final int MAX_LENGTH = 255;

  private Tags() {}

  /**
   * {@code text} as a tag: every character other than ASCII letters, digits, {@code _} and {@code
   * -} becomes {@code _}; cut to 255; a leading or trailing {@code -} becomes {@code _}.
   *
   * <p>River needs 3 to 255 characters. What is shorter stays so here and is not a tag: it is not
   * padded, since nobody would find it by what was added. Nor are tags made distinct: two texts may
   * give one tag.
   */
  public static String sanitize(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_LENGTH));
    text.codePoints().limit(MAX_LENGTH).forEach(c -> out.append(isAllowed(c) ? (char) c : '_'));
    if (out.isEmpty()) {
      return "";
    }
    if (out.charAt(0) == '-') {
      out.setCharAt(0, '_');
    }
    if (out.charAt(out.length() - 1) == '-') {
      out.setCharAt(out.length() - 1, '_');
    }
    return out.toString();
  }

  private static boolean isAllowed(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }
}
