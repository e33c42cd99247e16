package dev.gala.river.internal.execute;

/** Sizes in UTF-8, without encoding. */
final class Utf8 {
  private Utf8() {}

  /** How many bytes {@code text} takes. */
  static long length(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Each half of a surrogate pair is two of its four bytes.
      bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
    }
    return bytes;
  }

  /** As much of {@code text} as fits into so many bytes, no character cut in two. */
  static String head(String text, long bytes) {
    long left = bytes;
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      left -= c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      if (left < 0) {
        return text.substring(0, i);
      }
      i += Character.charCount(c);
    }
    return text;
  }
}
