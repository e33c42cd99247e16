package dev.gala.river.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;

/** Go's escapes, as Jackson wants to be told of them. */
final class GoEscapes extends CharacterEscapes {
  private static final long serialVersionUID = 1L;

  private static final SerializableString LINE_SEPARATOR = new SerializedString("\\u2028");
  private static final SerializableString PARAGRAPH_SEPARATOR = new SerializedString("\\u2029");

  private static final int[] ASCII = ascii();

  private static int[] ascii() {
    int[] escapes = CharacterEscapes.standardAsciiEscapesForJSON();
    escapes['<'] = ESCAPE_STANDARD;
    escapes['>'] = ESCAPE_STANDARD;
    escapes['&'] = ESCAPE_STANDARD;
    return escapes;
  }

  /** Asked by every generator, which only reads it. */
  @Override
  public int[] getEscapeCodesForAscii() {
    return ASCII;
  }

  @Override
  public @Nullable SerializableString getEscapeSequence(int character) {
    return switch (character) {
      case 0x2028 -> LINE_SEPARATOR;
      case 0x2029 -> PARAGRAPH_SEPARATOR;
      default -> null;
    };
  }
}
